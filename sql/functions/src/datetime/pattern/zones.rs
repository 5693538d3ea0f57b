//! [`TimeZone`]: a zone with its names, which patterns write and read.
//!
//! `zone_names.txt` has English names as Java 17 has them; `ZoneNames.java` makes it. Its lines are
//! `names|short|short in summer|full|full in summer|short always|full always|zones` and
//! `short|name|zone` or `full|name|zone`: which zone is meant by a name that many have.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use chrono_tz::{TZ_VARIANTS, Tz};
use flint_sql_spec::Result;

use super::names::Style;
use crate::datetime::zone::Zone;

/// A time zone, by one of the names that Spark knows: a region like `Europe/Paris`, an offset like
/// `+01:00`, `UTC`, or Java's old ones of three letters.
#[derive(Debug, Clone)]
pub struct TimeZone {
    zone: Zone,
    id: Arc<str>,
    region: Option<Tz>,
    names: Option<Names>,
}

/// Names of a zone.
#[derive(Debug, Clone, Copy)]
struct Names {
    standard: Pair,
    summer: Pair,
    generic: Pair,
}

/// A short name and a full one.
#[derive(Debug, Clone, Copy)]
struct Pair(&'static str, &'static str);

impl Pair {
    fn get(self, style: Style) -> &'static str {
        match style {
            Style::Short => self.0,
            Style::Full => self.1,
        }
    }
}

impl TimeZone {
    /// The zone of a name.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE` if there is none.
    pub fn of(name: &str) -> Result<TimeZone> {
        let zone = Zone::of(name)?;
        let id = zone.id(name);
        Ok(TimeZone {
            names: TABLE.names.get(&*id).copied(),
            region: id.parse().ok(),
            id: id.into(),
            zone,
        })
    }

    /// UTC.
    pub fn utc() -> TimeZone {
        TimeZone {
            zone: Zone::UTC,
            id: "UTC".into(),
            region: Some(Tz::UTC),
            names: TABLE.names.get("UTC").copied(),
        }
    }

    /// Its offsets from UTC.
    pub(crate) fn offsets(&self) -> &Zone {
        &self.zone
    }

    /// What the zone is called: a region's name, or an offset with two digits for each part.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seconds that its clocks are ahead of UTC at an instant in microseconds since the epoch.
    pub fn offset_at(&self, micros: i64) -> i32 {
        self.zone.offset_at(micros)
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The name at an instant, which is another in summer.
    pub(super) fn name_at(&self, micros: i64, style: Style) -> &str {
        let Some(names) = self.names else {
            return &self.id;
        };
        let summer = self
            .region
            .is_some_and(|region| Zone::is_summer(region, micros));
        let names = if summer { names.summer } else { names.standard };
        names.get(style)
    }

    /// The name all the year.
    pub(super) fn generic_name(&self, style: Style) -> &str {
        match self.names {
            Some(names) => names.generic.get(style),
            None => &self.id,
        }
    }
}

/// The file, and the regions.
#[derive(Debug)]
struct Table {
    names: HashMap<&'static str, Names>,
    /// Regions by their ids in lower case.
    ids: HashMap<String, &'static str>,
    /// Zones by names in lower case.
    short: HashMap<String, &'static str>,
    full: HashMap<String, &'static str>,
    /// The most bytes of an id or name.
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        names: HashMap::new(),
        ids: HashMap::new(),
        short: HashMap::new(),
        full: HashMap::new(),
        longest: 0,
    };
    // Java has no regions of these names: they are offsets.
    let offsets = ["EST", "MST", "HST", "ROC"];
    for zone in TZ_VARIANTS
        .iter()
        .filter(|zone| !offsets.contains(&zone.name()))
    {
        table.ids.insert(zone.name().to_lowercase(), zone.name());
    }
    for line in include_str!("zone_names.txt").lines() {
        let parts: Vec<&'static str> = line.split('|').collect();
        match *parts.as_slice() {
            ["names", s, d, full_s, full_d, g, full_g, zones] => {
                let names = Names {
                    standard: Pair(s, full_s),
                    summer: Pair(d, full_d),
                    generic: Pair(g, full_g),
                };
                table
                    .names
                    .extend(zones.split(' ').map(|zone| (zone, names)));
            }
            ["short", name, zone] => {
                table.short.insert(name.to_lowercase(), zone);
            }
            ["full", name, zone] => {
                table.full.insert(name.to_lowercase(), zone);
            }
            _ => {}
        }
    }
    let all = table
        .ids
        .keys()
        .chain(table.short.keys())
        .chain(table.full.keys());
    table.longest = all.map(String::len).max().unwrap_or(0);
    table
});

/// The zone whose id, or name of a style, is the longest at the front of a text in any case; and
/// how long it is.
pub(super) fn at_front(text: &str, style: Option<Style>) -> Option<(Zone, usize)> {
    let table = &*TABLE;
    let mut end = text.len().min(table.longest);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let front = text[..end].to_ascii_lowercase();
    let named = match style {
        None => None,
        Some(Style::Short) => Some(&table.short),
        Some(Style::Full) => Some(&table.full),
    };
    (1..=end).rev().find_map(|length| {
        let word = front.get(..length)?;
        let id = table.ids.get(word);
        let found = id.or_else(|| named?.get(word))?;
        Some((Zone::named(found)?, length))
    })
}
