//! Points, lines and areas.

use super::*;

functions! {
    /// A shape as well-known binary.
    fn st_asbinary(geo: Column);
    /// A shape as well-known binary, big (`XDR`) or little end (`NDR`) first.
    fn st_asbinary_with(geo: Column, endianness: ColumnOrLiteral) = "st_asbinary";
    /// Well-known binary as a shape on the globe.
    fn st_geogfromwkb(wkb: Column);
    /// Well-known binary as a shape in the plane.
    fn st_geomfromwkb(wkb: Column);
    /// Well-known binary as a shape in the plane, of a system of coordinates.
    fn st_geomfromwkb_with(wkb: Column, srid: ColumnOrLiteral) = "st_geomfromwkb";
    /// A shape in another system of coordinates; its numbers stay.
    fn st_setsrid(geo: Column, srid: ColumnOrLiteral);
    /// The number of a shape's system of coordinates.
    fn st_srid(geo: Column);
}
