use proptest::prelude::*;

use super::render;

#[test]
fn known_patterns() {
    for (pattern, number, expected) in [
        ("", 67, "67"),
        ("NORMAL{0:0000}", 67, "NORMAL0067"),
        ("NORMAL{0:0000}", 12345, "NORMAL12345"),
        ("{0}", 67, "67"),
        ("{0:D6}/26", 67, "000067/26"),
        ("{0:G}", 67, "67"),
        ("{0:#}", 67, "67"),
        ("{0:00-00}", 67, "00-67"),
        ("{0:00-00}", 12345, "123-45"),
        ("{0:2600}", 7, "2607"),
        ("{0:2600}", 123, "26123"),
        ("[{0,5}|{0,-5}]", 67, "[   67|67   ]"),
        ("{{{0}}}", 67, "{67}"),
        ("No. {0:0000}", -67, "No. -0067"),
    ] {
        assert_eq!(render(pattern, number).as_deref(), Ok(expected), "{pattern}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    for pattern in ["{0", "0}", "{1}", "{}", "{0:0.00}", "{0:abc}", "{0,x}", "{0:D999}", "{0{1}}"] {
        assert!(render(pattern, 67).is_err(), "{pattern}");
    }
}

proptest! {
    #[test]
    fn zeros_pad_and_never_cut(number in 0_i64.., width in 1_usize..20) {
        let rendered = render(&format!("A{{0:{}}}", "0".repeat(width)), number).unwrap();
        prop_assert_eq!(rendered, format!("A{number:0>width$}"));
    }

    #[test]
    fn numbers_stay_apart(first in any::<i64>(), second in any::<i64>()) {
        prop_assume!(first != second);
        prop_assert_ne!(render("{0:0000}", first).unwrap(), render("{0:0000}", second).unwrap());
    }

    #[test]
    fn no_pattern_panics_or_fills_the_memory(
        pattern in prop_oneof![".{0,30}", r"[{}0#,:D9\-]{0,30}"],
        number in any::<i64>(),
    ) {
        if let Ok(text) = render(&pattern, number) {
            prop_assert!(text.chars().count() < 10 * 150);
        }
    }
}
