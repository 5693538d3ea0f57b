//! The natural logarithm to the last bit as Java's `StrictMath.log` defines it.
//!
//! `nextGaussian` is specified in terms of it, and the platform's logarithm differs in the last bit
//! for some arguments. The method is fdlibm's: split off the exponent so that `sqrt(1/2) < x <
//! sqrt(2)`, then a Remez polynomial in `s = f / (2 + f)` with `f = x - 1`.

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const REMEZ: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// The logarithm of a positive normal number.
pub(super) fn strict_ln(x: f64) -> f64 {
    debug_assert!(x.is_normal() && x > 0.0, "out of the domain: {x}");
    let bits = x.to_bits();
    let mantissa_high = (bits >> 32) as i32 & 0x000f_ffff;
    // One more in the exponent where the mantissa is above sqrt(2).
    let carry = (mantissa_high + 0x9_5f64) & 0x10_0000;
    let k = f64::from((bits >> 52) as i32 - 1023 + (carry >> 20));
    let high = (mantissa_high | (carry ^ 0x3ff0_0000)) as u32;
    let f = f64::from_bits((u64::from(high) << 32) | (bits & 0xffff_ffff)) - 1.0;

    if (0x000f_ffff & (2 + mantissa_high)) < 3 {
        return near_one(f, k);
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let [l1, l2, l3, l4, l5, l6, l7] = REMEZ;
    let even = w * (l2 + w * (l4 + w * l6));
    let odd = z * (l1 + w * (l3 + w * (l5 + w * l7)));
    let r = odd + even;
    if ((mantissa_high - 0x6_147a) | (0x6_b851 - mantissa_high)) > 0 {
        let half_square = 0.5 * f * f;
        if k == 0.0 {
            f - (half_square - s * (half_square + r))
        } else {
            k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f)
        }
    } else if k == 0.0 {
        f - s * (f - r)
    } else {
        k * LN2_HIGH - ((s * (f - r) - k * LN2_LOW) - f)
    }
}

/// `ln((1 + f) * 2^k)` for `f` below 2^-20.
fn near_one(f: f64, k: f64) -> f64 {
    if f == 0.0 {
        return k * LN2_HIGH + k * LN2_LOW;
    }
    let r = f * f * (0.5 - (1.0 / 3.0) * f);
    if k == 0.0 {
        f - r
    } else {
        k * LN2_HIGH - ((r - k * LN2_LOW) - f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_within_one_unit_of_the_platforms() {
        for i in 1..20_000u32 {
            for x in [
                f64::from(i) / 20_000.0,
                f64::from(i) * 1e-12,
                1.0 - f64::from(i) * 1e-9,
            ] {
                let error = (strict_ln(x) - x.ln()).abs();
                assert!(
                    error <= x.ln().abs() * f64::EPSILON,
                    "ln({x}) is off by {error}"
                );
            }
        }
        assert_eq!(strict_ln(1.0), 0.0);
    }
}
