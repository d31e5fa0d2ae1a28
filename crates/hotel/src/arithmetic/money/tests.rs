use rust_decimal::dec;

use super::{bounded, precision, product, round};

#[test]
fn halves_go_away_from_zero() {
    assert_eq!(round(dec!(0.125), 2), dec!(0.13));
    assert_eq!(round(dec!(-0.125), 2), dec!(-0.13));
    assert_eq!(round(dec!(0.124999), 2), dec!(0.12));
    assert_eq!(round(dec!(2.5), 0), dec!(3));
}

#[test]
fn currencies_have_their_precision() {
    assert_eq!(precision("GBP").unwrap(), 2);
    assert_eq!(precision("JPY").unwrap(), 0);
    assert_eq!(precision("KWD").unwrap(), 3);
    assert!(precision("gbp").is_err());
    assert!(precision("XXX").is_err());
}

#[test]
fn absurd_amounts_are_refused() {
    let most = dec!(1_000_000_000_000_000_000);
    assert!(bounded(Some(most)).is_ok());
    assert!(bounded(Some(most + dec!(0.01))).is_err());
    assert!(product(most, most).is_err());
    assert!(product(dec!(79228162514264337593543950335), dec!(10)).is_err());
}
