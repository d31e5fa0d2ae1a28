use super::*;

const SPACE: Space = ("stay", Uuid::from_u128(0xa));
const STAMP: Stamp = Stamp { scope: None, change: 1 };
const LATER: Stamp = Stamp { scope: None, change: 8 };

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
        chunk.push(id(*number), format!("{number:<length$}").as_bytes());
    }
    chunk.close()
}

fn segments(bytes_max: usize) -> Segments {
    let segments = Segments::new(bytes_max);
    assert!(segments.take_in((None, STAMP), None, None));
    segments
}

fn joined(slices: &[Bytes]) -> String {
    String::from_utf8(slices.concat()).unwrap().replace(' ', "")
}

/// A page after a position; none where it is not covered as a whole.
fn covered(
    segments: &Segments,
    space: Space,
    stamp: Stamp,
    position: (Option<u128>, usize),
) -> Option<(Vec<Bytes>, PageEnd)> {
    let position = Position::of((position.0.map(id), position.1))?;
    let cover = segments.cover(stamp, space, position)?;
    cover.gap.is_none().then_some((cover.slices, cover.end))
}

fn whole(segments: &Segments, after: Option<u128>, count: usize) -> Option<String> {
    let (slices, end) = covered(segments, SPACE, STAMP, (after, count))?;
    let text = joined(&slices);
    assert_eq!(end.count, text.matches(',').count());
    let last = text.rsplit(',').next().filter(|it| !it.is_empty()).map(str::to_owned);
    assert_eq!(end.cursor.map(|it| it.as_u128().to_string()), last);
    Some(text)
}

/// What is there of documents that were found, `_` for each that is missing.
fn picked(segments: &Segments, numbers: &[u128]) -> String {
    let found: Vec<Found> = numbers.iter().map(|it| Found { row: 0, id: id(*it) }).collect();
    let parts = segments.pick(STAMP, SPACE, &found).unwrap();
    let texts = parts.into_iter().map(|part| match part {
        Part::Here(slice) => joined(&[slice]),
        Part::Missing(rows) => ",_".repeat(rows.len()),
    });
    texts.collect()
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
    let (slices, end) = covered(&segments, SPACE, STAMP, (Some(601), 700)).unwrap();
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
    assert!(covered(&segments, SPACE, LATER, (None, 1)).is_none(), "of another time");
    assert!(covered(&segments, ("other", SPACE.1), STAMP, (None, 1)).is_none());
}

#[test]
fn a_change_forgets_the_segment_that_covers_it() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90, 80]), run(&[60, 50])], (0, u128::MAX));
    assert!(!segments.take_in((Some(7), LATER), Some(&[]), None), "others took in other changes");
    assert!(segments.take_in((Some(1), STAMP), Some(&[changed(55)]), None));
    assert_eq!(whole(&segments, None, 2).unwrap(), ",90,80");
    assert_eq!(whole(&segments, None, 3), None);
    // Between the segments, and above all of them.
    segments.put(STAMP, SPACE, vec![run(&[60, 50])], (0, 79));
    assert!(segments.take_in((Some(1), STAMP), Some(&[changed(70)]), None));
    assert_eq!(whole(&segments, Some(80), 1), None);
    assert!(segments.take_in((Some(1), STAMP), Some(&[changed(100)]), None));
    assert_eq!(whole(&segments, None, 1), None);
    // Elsewhere.
    segments.put(STAMP, SPACE, vec![run(&[90, 80, 60, 50])], (0, u128::MAX));
    let elsewhere = [
        Changed { scope: Uuid::nil(), ..changed(55) },
        Changed { table: "other".to_owned(), ..changed(55) },
    ];
    assert!(segments.take_in((Some(1), STAMP), Some(&elsewhere), None));
    assert_eq!(whole(&segments, None, 9).unwrap(), ",90,80,60,50");
    assert!(segments.take_in((Some(1), STAMP), None, None), "more than anyone can say");
    assert_eq!(whole(&segments, None, 1), None);
}

#[test]
fn where_a_page_is_not_covered_the_gap_is_told() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90, 80])], (79, u128::MAX));
    segments.put(STAMP, SPACE, vec![run(&[40, 30])], (29, 45));
    let cover = |after: Option<u128>, count| {
        let position = Position::of((after.map(id), count)).unwrap();
        let cover = segments.cover(STAMP, SPACE, position).unwrap();
        (joined(&cover.slices), cover.end.count, cover.gap)
    };
    let gap = |high, low| Some(Gap { high, low });
    assert_eq!(cover(None, 2), (",90,80".to_owned(), 2, None));
    assert_eq!(cover(None, 3), (",90,80".to_owned(), 2, gap(79, Some(45))));
    assert_eq!(cover(Some(60), 3), (String::new(), 0, gap(59, Some(45))));
    assert_eq!(cover(Some(45), 3), (",40,30".to_owned(), 2, gap(29, None)));
}

#[test]
fn what_is_found_is_taken_from_where_it_is() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90, 80, 70])], (69, 95));
    segments.put(STAMP, SPACE, vec![run(&[40, 30, 20, 10])], (9, 45));
    let all = [99, 90, 80, 70, 60, 50, 40, 30, 20, 10, 5];
    assert_eq!(picked(&segments, &all), ",_,90,80,70,_,_,40,30,20,10,_");
    assert_eq!(picked(&segments, &[90, 70, 40, 20, 10]), ",90,70,40,20,10");
    assert!(segments.pick(LATER, SPACE, &[]).is_none());
    let lost = [Found { row: 0, id: id(75) }];
    assert!(segments.pick(STAMP, SPACE, &lost).is_none(), "an index names what there is not");
}

#[test]
fn scopes_may_be_followed_one_by_one() {
    let segments = segments(1 << 20);
    let other = ("stay", Uuid::from_u128(0xb));
    let stamps = [SPACE, other].map(|(_, scope)| Stamp { scope: Some(scope), change: 1 });
    for (space, stamp) in [SPACE, other].into_iter().zip(stamps) {
        assert!(segments.take_in((None, stamp), None, None));
        segments.put(stamp, space, vec![run(&[90])], (0, u128::MAX));
    }
    let is_there = |space, stamp| covered(&segments, space, stamp, (None, 1)).is_some();
    assert!(is_there(SPACE, stamps[0]) && is_there(other, stamps[1]));
    let next = Stamp { change: 2, ..stamps[1] };
    assert!(segments.take_in((Some(1), next), None, Some(Mark::default())));
    assert_eq!(segments.change_at(Mark::default(), next.scope), Some(next));
    assert_eq!(segments.change_at(Mark::default(), stamps[0].scope), None);
    assert!(is_there(SPACE, stamps[0]) && !is_there(other, next) && !is_there(other, stamps[1]));
    segments.put(next, other, vec![run(&[90])], (0, u128::MAX));
    assert!(is_there(other, next));
}

#[test]
fn where_nothing_is_left_the_next_segment_covers_it() {
    let segments = segments(1 << 20);
    segments.put(STAMP, SPACE, vec![run(&[90]), run(&[80])], (70, u128::MAX));
    segments.put(STAMP, SPACE, vec![run(&[70])], (0, 70));
    // 90 and 80 are deleted.
    assert!(segments.take_in((Some(1), STAMP), Some(&[changed(90), changed(80)]), None));
    assert_eq!(whole(&segments, None, 1), None);
    segments.put(STAMP, SPACE, Vec::new(), (79, u128::MAX));
    assert_eq!(whole(&segments, None, 1), None, "no segment ends there");
    segments.put(STAMP, SPACE, Vec::new(), (70, u128::MAX));
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
        assert!(segments.take_in((Some(1), STAMP), Some(&[changed(60)]), None));
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
