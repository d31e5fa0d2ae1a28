use super::*;

const SPACE: Space = ("stay", Uuid::from_u128(0xa));
const STAMP: Stamp = Stamp::Change(1);

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Documents that are their numbers and much space, newest first: too large to be united.
fn run(numbers: &[u128]) -> Run {
    run_of(numbers, SEGMENT_BYTES / 2)
}

fn run_of(numbers: &[u128], length: usize) -> Run {
    let mut chunk = Chunk::with_room(numbers.len());
    for number in numbers {
        chunk.push(id(*number), check(*number), format!("{number:<length$}").as_bytes());
    }
    chunk.close()
}

fn check(number: u128) -> i64 {
    i64::try_from(number).unwrap() * 1000
}

fn segments(bytes_max: usize) -> Segments {
    let segments = Segments::new(bytes_max);
    assert!(segments.take_in((None, 1), None, None));
    segments
}

fn joined(slices: &[Bytes]) -> String {
    String::from_utf8(slices.concat()).unwrap().replace(' ', "")
}

fn whole(segments: &Segments, after: Option<u128>, count: usize) -> Option<String> {
    let (slices, end) = segments.whole(STAMP, SPACE, (after.map(id), count))?;
    let text = joined(&slices);
    assert_eq!(end.count, text.matches(',').count());
    assert_eq!(
        end.cursor.map(|it| it.as_u128().to_string()),
        text.rsplit(',').next().map(str::to_owned).filter(|it| !it.is_empty())
    );
    Some(text)
}

/// What is there of documents that were found: a part for each slice, `_` for each that is missing.
fn picked(
    segments: &Segments,
    stamp: Stamp,
    numbers: &[u128],
    page: Option<(Option<Uuid>, usize)>,
) -> (String, Vec<(u128, u128)>) {
    let found = numbers.iter().map(|it| Found { row: 0, id: id(*it), check: Some(check(*it)) });
    let found: Vec<Found> = found.collect();
    let (mut text, mut missing) = (String::new(), Vec::new());
    for part in segments.pick(stamp, SPACE, &found, page).unwrap() {
        match part {
            Part::Here(slice) => text.push_str(&joined(&[slice])),
            Part::Missing { rows, low, high } => {
                rows.for_each(|_| text.push_str(",_"));
                missing.push((low, high));
            }
        }
    }
    (text, missing)
}

fn changed(number: u128) -> Changed {
    Changed { table: "stay".to_owned(), scope: SPACE.1, id: id(number) }
}

#[test]
fn small_steps_leave_no_small_pieces() {
    let segments = segments(1 << 20);
    for number in (1..=600).rev() {
        segments.put(STAMP, SPACE, vec![run_of(&[number], 1)], (number - 1, number));
    }
    let (slices, end) = segments.whole(STAMP, SPACE, (Some(id(601)), 700)).unwrap();
    assert_eq!((slices.len(), end.count), (3, 600));
    let numbers: Vec<String> = (1..=600).rev().map(|it| format!(",{it}")).collect();
    assert_eq!(joined(&slices), numbers.concat());
}

#[test]
fn a_page_is_made_of_slices_where_all_of_it_is_covered() {
    let segments = segments(1 << 20);
    assert_eq!(whole(&segments, None, 3), None);
    segments.put(STAMP, SPACE, vec![run(&[90, 80, 70]), run(&[60, 50])], (49, u128::MAX));
    assert_eq!(whole(&segments, None, 2).unwrap(), ",90,80");
    assert_eq!(whole(&segments, Some(90), 3).unwrap(), ",80,70,60");
    assert_eq!(whole(&segments, Some(65), 2).unwrap(), ",60,50");
    assert_eq!(whole(&segments, Some(70), 3), None, "what follows 50 is not known");
    segments.put(STAMP, SPACE, vec![run(&[40])], (0, 49));
    assert_eq!(whole(&segments, Some(70), 5).unwrap(), ",60,50,40", "there are no more");
    assert_eq!(whole(&segments, Some(40), 5).unwrap(), "");
    assert!(segments.whole(Stamp::Change(2), SPACE, (None, 1)).is_none(), "of another time");
    assert!(segments.whole(STAMP, ("other", SPACE.1), (None, 1)).is_none());
}

#[test]
fn a_change_forgets_the_segment_that_covers_it() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90, 80]), run(&[60, 50])], (0, u128::MAX));
    assert!(!segments.take_in((Some(7), 8), Some(&[]), None), "others took in other changes");
    assert!(segments.take_in((Some(1), 1), Some(&[changed(55)]), None));
    assert_eq!(whole(&segments, None, 2).unwrap(), ",90,80");
    assert_eq!(whole(&segments, None, 3), None);
    // Between the segments, and above all of them.
    segments.put(STAMP, SPACE, vec![run(&[60, 50])], (0, 79));
    assert!(segments.take_in((Some(1), 1), Some(&[changed(70)]), None));
    assert_eq!(whole(&segments, Some(80), 1), None);
    assert!(segments.take_in((Some(1), 1), Some(&[changed(100)]), None));
    assert_eq!(whole(&segments, None, 1), None);
    // Elsewhere.
    segments.put(STAMP, SPACE, vec![run(&[90, 80, 60, 50])], (0, u128::MAX));
    let elsewhere = [
        Changed { scope: Uuid::nil(), ..changed(55) },
        Changed { table: "other".to_owned(), ..changed(55) },
    ];
    assert!(segments.take_in((Some(1), 1), Some(&elsewhere), None));
    assert_eq!(whole(&segments, None, 9).unwrap(), ",90,80,60,50");
    assert!(segments.take_in((Some(1), 1), None, None), "more than anyone can say");
    assert_eq!(whole(&segments, None, 1), None);
}

#[test]
fn what_is_found_is_taken_from_where_it_is() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90, 80, 70])], (69, 95));
    segments.put(STAMP, SPACE, vec![run(&[40, 30, 20, 10])], (9, 45));
    let page = Some((Some(id(100)), 20));
    let all = [99, 90, 80, 70, 60, 50, 40, 30, 20, 10, 5];
    let (text, missing) = picked(&segments, STAMP, &all, page);
    assert_eq!(text, ",_,90,80,70,_,_,40,30,20,10,_");
    assert_eq!(missing, [(95, 99), (45, 69), (0, 9)]);
    let (text, _) = picked(&segments, STAMP, &[90, 70, 40, 20, 10], None);
    assert_eq!(text, ",90,70,40,20,10");
    assert!(segments.pick(Stamp::Change(2), SPACE, &[], None).is_none());
}

#[test]
fn a_segment_that_is_not_as_its_rows_is_read_again() {
    let segments = Segments::new(1 << 20);
    segments.put(Stamp::Checked, SPACE, vec![run(&[90, 80, 70])], (69, u128::MAX));
    let page = Some((None, 3));
    assert_eq!(picked(&segments, Stamp::Checked, &[90, 80, 70], page).0, ",90,80,70");
    let found = [(90, 90), (80, 81), (70, 70)].map(|(number, now)| Found {
        row: 0,
        id: id(number),
        check: Some(check(now)),
    });
    let parts = segments.pick(Stamp::Checked, SPACE, &found, page).unwrap();
    assert_eq!(parts, [Part::Missing { rows: 0..3, low: 69, high: u128::MAX }]);
    assert!(segments.whole(Stamp::Checked, SPACE, (None, 1)).is_none(), "it is gone");
    // A document that came later, in what was thought to be covered.
    segments.put(Stamp::Checked, SPACE, vec![run(&[90, 80, 70])], (69, u128::MAX));
    assert_eq!(picked(&segments, Stamp::Checked, &[95, 90, 80], page).0, ",_,_,_");
}

#[test]
fn where_nothing_is_left_the_next_segment_covers_it() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90]), run(&[80]), run(&[70])], (69, u128::MAX));
    // 90 and 80 are deleted.
    assert!(segments.take_in((Some(1), 1), Some(&[changed(90), changed(80)]), None));
    assert_eq!(whole(&segments, None, 1), None);
    assert_eq!(picked(&segments, STAMP, &[70], Some((None, 5))), (",70".to_owned(), Vec::new()));
    assert_eq!(whole(&segments, None, 5).unwrap(), ",70");
}

#[test]
fn what_nobody_asks_for_makes_room() {
    let room = |numbers: &[u128]| run(numbers).room();
    let segments = segments(room(&[90]) * 3);
    segments.put(STAMP, SPACE, vec![run(&[90]), run(&[80]), run(&[70])], (69, 95));
    assert_eq!(whole(&segments, Some(95), 1).unwrap(), ",90");
    segments.put(STAMP, SPACE, vec![run(&[60])], (59, 69));
    assert_eq!(whole(&segments, Some(95), 1).unwrap(), ",90");
    assert_eq!(whole(&segments, Some(90), 1), None);
    assert_eq!(whole(&segments, Some(80), 2).unwrap(), ",70,60");
    // Many changes leave nothing behind.
    for _ in 0..5000 {
        assert!(segments.take_in((Some(1), 1), Some(&[changed(60)]), None));
        segments.put(STAMP, SPACE, vec![run(&[60])], (59, 69));
    }
    let state = locked(&segments.state);
    assert!(state.turns.len() < 2000);
    assert_eq!((state.count, state.bytes), (3, room(&[90]) * 3));
}

#[test]
fn nothing_is_left_at_rest() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90])], (0, u128::MAX));
    assert!(whole(&segments, None, 1).is_some());
    segments.rest();
    assert!(whole(&segments, None, 1).is_some(), "it was in use");
    segments.rest();
    segments.rest();
    assert_eq!(whole(&segments, None, 1), None);
    assert_eq!(locked(&segments.state).bytes, 0);
}
