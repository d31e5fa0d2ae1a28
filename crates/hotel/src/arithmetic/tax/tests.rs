use ostler_api::objects::{Amount, AmountParameters};
use ostler_contract::primitives::{Number, UtcInstant};
use proptest::prelude::*;
use rust_decimal::{Decimal, dec};

use super::{Base, Pricing, Taxes, assemble, negate, sum, untaxed};
use crate::reference::tax::{Rate, Strategy as Levy, Validity};

const GROSS: Pricing = Pricing::Gross;
const NET: Pricing = Pricing::Net;

static SERVICE: Rate = rate("SERVICE-10%", "SERVICE", Levy::Relative(dec!(0.1)));
static STATE: Rate = rate("STATE-5%", "STATE", Levy::Dependent(dec!(0.05), &["SERVICE", "BED"]));
static CITY: Rate = rate("CITY-1%", "CITY", Levy::Dependent(dec!(0.01), &["SERVICE", "STATE"]));
static BED: Rate = rate("BED-2", "BED", Levy::Flat(dec!(2), "EUR"));

const fn rate(code: &'static str, taxation: &'static str, strategy: Levy) -> Rate {
    Rate { code, taxation, strategy, validity: Vec::<Validity>::new() }
}

fn at(text: &str) -> UtcInstant {
    text.parse().unwrap()
}

fn now() -> UtcInstant {
    at("2026-06-01T12:00:00Z")
}

fn uk(pricing: Pricing) -> Taxes {
    Taxes::new("UK-2022", pricing, None).unwrap()
}

fn numbers(amount: &Amount) -> (Decimal, Vec<Decimal>, Decimal) {
    let taxes = amount.tax_values.iter().map(|tax| tax.value.0).collect();
    (amount.net_value.0, taxes, amount.gross_value.0)
}

fn sent(gross: Option<Decimal>, net: Option<Decimal>, codes: &[&str]) -> AmountParameters {
    AmountParameters {
        gross_value: gross.map(Number),
        net_value: net.map(Number),
        currency: "GBP".to_owned(),
        tax_codes: Some(codes.iter().map(ToString::to_string).collect()),
    }
}

fn refusal(result: Result<Amount, ostler_contract::error::Error>) -> String {
    let text = result.unwrap_err().to_string();
    text.split(" (").next().unwrap_or_default().to_owned()
}

#[test]
fn seven_percent_of_a_hundred() {
    let base = Base { value: dec!(100), units: dec!(1), precision: 2 };
    let seven = rate("S", "S", Levy::Relative(dec!(0.07)));
    assert_eq!(base.below(&seven).unwrap(), (dec!(93.46), vec![dec!(6.54)]));
}

#[test]
fn the_side_of_the_property_is_read() {
    let both = sent(Some(dec!(120)), Some(dec!(50)), &["UK-2022-20%"]);
    let gross = uk(GROSS).amount(&both, now()).unwrap();
    assert_eq!(numbers(&gross), (dec!(100), vec![dec!(20)], dec!(120)));
    let net = uk(NET).amount(&both, now()).unwrap();
    assert_eq!(numbers(&net), (dec!(50), vec![dec!(10)], dec!(60)));

    let only_net = sent(None, Some(dec!(50)), &[]);
    assert_eq!(refusal(uk(GROSS).amount(&only_net, now())), "Invalid GrossValue");
    let only_gross = sent(Some(dec!(50)), None, &[]);
    assert_eq!(refusal(uk(NET).amount(&only_gross, now())), "Invalid NetValue");
}

#[test]
fn codes_must_fit() {
    let check = |pricing, codes: &[&str]| {
        let parameters = sent(Some(dec!(10)), Some(dec!(10)), codes);
        refusal(uk(pricing).amount(&parameters, now()))
    };
    assert_eq!(check(GROSS, &["UK-2022-20%", "UK-2022-5%"]), "Invalid TaxCodes");
    assert_eq!(check(NET, &["UK-2022-20%", "UK-2022-20%"]), "Invalid TaxCodes");
    assert_eq!(check(GROSS, &["UK-1999"]), "Invalid TaxCodes");
    assert_eq!(check(GROSS, &["uk-2022-20%"]), "Invalid TaxCodes");
    let mut unknown = sent(Some(dec!(10)), None, &[]);
    unknown.currency = "QQQ".to_owned();
    assert_eq!(refusal(uk(GROSS).amount(&unknown, now())), "Invalid Currency");
    let huge = sent(Some(dec!(1e25)), None, &[]);
    assert_eq!(refusal(uk(GROSS).amount(&huge, now())), "The amount is too large.");
    assert!(Taxes::new("Atlantis", GROSS, None).is_err());
}

#[test]
fn untaxed_amounts_have_one_part() {
    let amount = uk(GROSS).of(dec!(12.5), "GBP", &[] as &[&str], now()).unwrap();
    assert_eq!(amount, untaxed(dec!(12.5), "GBP"));
    let json = serde_json::to_string(&amount).unwrap();
    assert_eq!(
        json,
        r#"{"Currency":"GBP","NetValue":12.5,"GrossValue":12.5,"TaxValues":[],"Breakdown":{"Items":[{"TaxRateCode":null,"NetValue":12.5,"TaxValue":0.0}]}}"#
    );
}

#[test]
fn dependent_taxes_rest_on_others() {
    let base = Base { value: dec!(100), units: dec!(3), precision: 2 };
    let above = |rates: &[&'static Rate]| base.above(rates).unwrap();
    // In any order: 10 % of 100; 5 % of 100 + 10 + 6; 1 % of 100 + 10 + 5.80; 2 for each of 3.
    assert_eq!(
        above(&[&CITY, &STATE, &BED, &SERVICE]),
        [dec!(1.16), dec!(5.80), dec!(6), dec!(10)]
    );
    assert_eq!(above(&[&STATE]), [dec!(5)]);
    let (net, taxes) = base.below(&STATE).unwrap();
    assert_eq!((net, taxes), (dec!(95.24), vec![dec!(4.76)]));
    let (net, taxes) = base.below(&BED).unwrap();
    assert_eq!((net, taxes), (dec!(94), vec![dec!(6)]));
    let rebate = Base { value: dec!(-100), units: dec!(3), precision: 2 };
    assert_eq!(rebate.above(&[&BED]).unwrap(), [dec!(-6)]);
}

#[test]
fn rates_of_the_table_are_applied() {
    let berlin = Taxes::new("DE-2020-1", GROSS, None).unwrap();
    let room = berlin.of(dec!(100), "EUR", &["DE-2020-1-L"], now()).unwrap();
    assert_eq!(numbers(&room), (dec!(93.46), vec![dec!(6.54)], dec!(100)));
    let pandemic = at("2020-08-01T12:00:00Z");
    let refused = berlin.of(dec!(100), "EUR", &["DE-2020-1-L"], pandemic);
    assert_eq!(refusal(refused), "Invalid TaxCodes");
    assert!(berlin.of(dec!(100), "EUR", &["DE-2020-1-R"], pandemic).is_ok());

    let quebec = Taxes::new("CA-QC-2023", NET, None).unwrap();
    let codes = ["CA-QC-2023-9.975%", "CA-QC-LODGING-2023-3.5%", "CA-QC-GST-5%"];
    let room = quebec.of(dec!(200), "CAD", &codes, now()).unwrap();
    assert_eq!(numbers(&room).1, [dec!(20.65), dec!(7), dec!(10.35)]);
    let flat = quebec.of(dec!(10), "USD", &["CA-QC-LO-FLAT-3.5-CAD"], now());
    assert_eq!(refusal(flat), "Invalid TaxCodes");
    let nights = quebec.of(dec!(100), "CAD", &["CA-QC-LO-FLAT-3.5-CAD"], now()).unwrap();
    assert_eq!(numbers(&quebec.multiply(&nights, 3).unwrap()).2, dec!(310.5));
}

#[test]
fn circular_taxes_are_refused() {
    static A: Rate = rate("A", "A", Levy::Dependent(dec!(0.1), &["B"]));
    static B: Rate = rate("B", "B", Levy::Dependent(dec!(0.1), &["A"]));
    let base = Base { value: dec!(100), units: dec!(1), precision: 2 };
    assert!(base.above(&[&A, &B]).is_err());
}

#[test]
fn products_are_taxed_as_a_whole() {
    let taxes = uk(GROSS);
    let unit = taxes.of(dec!(0.99), "GBP", &["UK-2022-20%"], now()).unwrap();
    assert_eq!(numbers(&unit), (dec!(0.83), vec![dec!(0.16)], dec!(0.99)));
    let hundred = taxes.multiply(&unit, 100).unwrap();
    assert_eq!(numbers(&hundred), (dec!(82.5), vec![dec!(16.5)], dec!(99)));
    let back = taxes.multiply(&unit, -2).unwrap();
    assert_eq!(back, negate(&taxes.multiply(&unit, 2).unwrap()));
    let half = taxes.share(&hundred, dec!(0.5)).unwrap();
    assert_eq!(numbers(&half), (dec!(41.25), vec![dec!(8.25)], dec!(49.5)));
}

#[test]
fn sums_are_multiplied_part_by_part() {
    let taxes = uk(GROSS);
    let room = taxes.of(dec!(100), "GBP", &["UK-2022-20%"], now()).unwrap();
    let tip = untaxed(dec!(7), "GBP");
    let both = sum("GBP", [&room, &tip]).unwrap();
    assert_eq!(numbers(&both), (dec!(90.33), vec![dec!(16.67)], dec!(107)));
    let third = taxes.share(&both, dec!(1) / dec!(3)).unwrap();
    assert_eq!(numbers(&third), (dec!(30.11), vec![dec!(5.56)], dec!(35.67)));
    let nets: Decimal = third.breakdown.items.iter().map(|item| item.net_value.0).sum();
    assert_eq!(nets, dec!(30.11));
    assert!(sum("EUR", [&room]).is_err());
}

#[test]
fn conversion_keeps_the_totals() {
    let taxes = uk(GROSS);
    let pounds = taxes.of(dec!(100), "GBP", &["UK-2022-20%"], now()).unwrap();
    let yen = taxes.convert(&pounds, "JPY", dec!(191.337)).unwrap();
    assert_eq!(yen.currency, "JPY");
    assert_eq!(numbers(&yen), (dec!(15944), vec![dec!(3190)], dec!(19134)));
    assert!(taxes.convert(&pounds, "ZZZ", dec!(1)).is_err());
}

fn adds_up(amount: &Amount) {
    let (net, taxes, gross) = numbers(amount);
    assert_eq!(gross, net + taxes.iter().sum::<Decimal>(), "{amount:?}");
    let parts: Decimal = amount.breakdown.items.iter().map(|item| item.tax_value.0).sum();
    assert_eq!(parts, taxes.iter().sum::<Decimal>(), "{amount:?}");
}

fn any_value() -> impl Strategy<Value = Decimal> {
    (-10_000_000_i64..10_000_000, 0_u32..4)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale))
}

fn any_code() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::select(vec![vec![], vec!["UK-2022-20%"], vec!["UK-2022-5%"], vec!["UK-2022-0%"]])
}

fn any_pricing() -> impl Strategy<Value = Pricing> {
    prop::sample::select(&[GROSS, NET][..])
}

proptest! {
    #[test]
    fn gross_is_net_plus_taxes(
        value in any_value(),
        codes in any_code(),
        pricing in any_pricing(),
        count in -500_i64..500,
        factor in any_value(),
        currency in prop::sample::select(&["GBP", "JPY", "KWD"][..]),
    ) {
        let taxes = uk(pricing);
        let amount = taxes.of(value, currency, &codes, now()).unwrap();
        adds_up(&amount);
        let nets: Decimal = amount.breakdown.items.iter().map(|item| item.net_value.0).sum();
        prop_assert_eq!(nets, amount.net_value.0);
        adds_up(&negate(&amount));
        let product = taxes.multiply(&amount, count).unwrap();
        adds_up(&product);
        prop_assert_eq!(
            taxes.own_value(&product),
            taxes.own_value(&amount) * Decimal::from(count)
        );
        adds_up(&taxes.share(&amount, factor).unwrap());
        adds_up(&taxes.convert(&amount, "EUR", factor).unwrap());
    }

    #[test]
    fn several_taxes_add_up(
        value in any_value(),
        rates in prop::sample::subsequence(vec![&SERVICE, &STATE, &CITY, &BED], 0..=4).prop_shuffle(),
    ) {
        let base = Base { value, units: Decimal::ONE, precision: 2 };
        let taxes = base.above(&rates).unwrap();
        adds_up(&assemble("EUR", value, &rates, &taxes).unwrap());
    }

    #[test]
    fn net_to_gross_and_back(cents in -10_000_000_i64..10_000_000, codes in any_code()) {
        let net = uk(NET).of(Decimal::new(cents, 2), "GBP", &codes, now()).unwrap();
        let gross = uk(GROSS).of(net.gross_value.0, "GBP", &codes, now()).unwrap();
        let drift = (gross.net_value.0 - net.net_value.0).abs();
        prop_assert!(drift <= dec!(0.01), "{drift}");
    }

    #[test]
    fn sums_are_linear(
        values in prop::collection::vec((any_value(), any_code()), 0..12),
        pricing in any_pricing(),
        split in 0_usize..12,
    ) {
        let taxes = uk(pricing);
        let amounts: Vec<Amount> = values
            .iter()
            .map(|(value, codes)| taxes.of(*value, "GBP", codes, now()).unwrap())
            .collect();
        let whole = sum("GBP", &amounts).unwrap();
        adds_up(&whole);
        let (left, right) = amounts.split_at(split.min(amounts.len()));
        let halves = [sum("GBP", left).unwrap(), sum("GBP", right).unwrap()];
        prop_assert_eq!(&sum("GBP", &halves).unwrap(), &whole);
        let minus: Vec<Amount> = amounts.iter().map(negate).collect();
        prop_assert_eq!(&sum("GBP", &minus).unwrap(), &negate(&whole));
        adds_up(&taxes.multiply(&whole, 7).unwrap());
        adds_up(&taxes.share(&whole, dec!(0.333)).unwrap());
    }
}
