//! Searches against a naive oracle, and the paths that they take.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use proptest::prelude::*;
use uuid::Uuid;

use super::toy::{
    OTHER, SCOPE, SERVICE, Stay, StayHidden, Stays, TABLES, at, call, options, stay, store,
};
use crate::search::{Search, Wanted};
use crate::{Find, Place, Snapshot, Stored, Tx};

const DAY: i64 = 86_400;
const STATES: [&str; 4] = ["Canceled", "Confirmed", "Processed", "Started"];

/// A stay in a few numbers.
#[derive(Debug, Clone)]
struct Row {
    scope: u128,
    service: u128,
    state: usize,
    start: i64,
    length: i64,
    note: Option<u8>,
}

impl Row {
    fn note(note: u8) -> String {
        format!("note {note}")
    }
}

/// A search in a few numbers.
#[derive(Debug, Clone)]
struct Question {
    scopes: Vec<u128>,
    services: Option<Vec<u128>>,
    states: Option<Vec<usize>>,
    notes: Option<Vec<Option<u8>>>,
    without_note: bool,
    updated: Option<(i64, i64)>,
    created_from: Option<i64>,
    overlaps: Option<(i64, i64)>,
    /// Every n-th document, from the m-th.
    ids: Option<(usize, usize)>,
    after: Option<usize>,
    count: u32,
}

fn row() -> impl Strategy<Value = Row> {
    // Lengths about the bounds of the classes and far from them, none at all included.
    let length = prop_oneof![
        Just(0),
        (1..1500_i64).prop_map(|days| days * DAY),
        (0..6_u32, -1..=1_i64).prop_map(|(class, more)| 4_i64.pow(class) * DAY + more),
    ];
    let row = (0..3_u128, 0..4_u128, 0..4_usize, -50..50_i64, length, any::<Option<bool>>());
    row.prop_map(|(scope, service, state, start, length, note)| Row {
        scope,
        service,
        state,
        start: start * DAY / 2,
        length,
        note: note.map(u8::from),
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 0..60)
}

fn question() -> impl Strategy<Value = Question> {
    let span = |scale: i64| (-60..60_i64, 0..20_i64).prop_map(move |(a, b)| (a * scale, b * scale));
    let lists = (
        prop::collection::vec(0..4_u128, 0..4),
        prop::option::of(prop::collection::vec(0..5_u128, 0..5)),
        prop::option::of(prop::collection::vec(0..4_usize, 0..5)),
        prop::option::of(prop::collection::vec(
            any::<Option<bool>>().prop_map(|it| it.map(u8::from)),
            0..3,
        )),
        prop::bool::weighted(0.1),
    );
    let spans =
        (prop::option::of(span(1)), prop::option::of(0..60_i64), prop::option::of(span(DAY / 2)));
    let places =
        (prop::option::of((1..4_usize, 0..4_usize)), prop::option::of(0..60_usize), 0..70_u32);
    (lists, spans, places).prop_map(|(lists, spans, places)| Question {
        scopes: lists.0,
        services: lists.1,
        states: lists.2,
        notes: lists.3,
        without_note: lists.4,
        updated: spans.0,
        created_from: spans.1,
        overlaps: spans.2,
        ids: places.0,
        after: places.1,
        count: places.2,
    })
}

fn interval((start, length): (i64, i64)) -> TimeInterval {
    TimeInterval { start_utc: at(start), end_utc: at(start + length) }
}

impl Question {
    fn ids(&self, all: &[Stored<Stays>]) -> Option<Vec<Uuid>> {
        let (step, first) = self.ids?;
        Some(all.iter().skip(first).step_by(step).map(|it| it.id.uuid()).collect())
    }

    fn find(&self, all: &[Stored<Stays>]) -> Find<Stays> {
        let scopes: Vec<Uuid> = self.scopes.iter().copied().map(Uuid::from_u128).collect();
        let services = self.services.as_ref();
        let states = self.states.as_ref();
        let notes = self.notes.as_ref();
        let mut find = Find::<Stays>::within(&scopes)
            .overlapping(Stays::START, Stays::END, self.overlaps.map(interval))
            .during(Stays::UPDATED, self.updated.map(interval))
            .and_maybe(self.created_from.map(|from| Stays::CREATED.at_least(at(from))))
            .and_maybe(self.without_note.then(|| Stays::NOTE.is_null()))
            .and_maybe(
                notes.map(|notes| Stays::NOTE.one_of(notes.iter().map(|note| note.map(Row::note)))),
            )
            .and_maybe(states.map(|states| {
                Stays::STATE.one_of(states.iter().map(|state| STATES[*state].to_owned()))
            }))
            .and_maybe(services.map(|services| {
                Stays::SERVICE.one_of(services.iter().copied().map(Uuid::from_u128))
            }));
        if let Some(ids) = self.ids(all) {
            find = find.ids(&ids);
        }
        find
    }

    fn holds(&self, stored: &Stored<Stays>, ids: Option<&[Uuid]>) -> bool {
        let within = |(start, length): (i64, i64), it: UtcInstant| {
            it.seconds() == start || (start..start + length).contains(&it.seconds())
        };
        let overlaps = |(start, length): (i64, i64)| {
            stored.start.seconds() < start + length.max(1) && stored.end.seconds() > start
        };
        self.scopes.contains(&stored.scope.as_u128())
            && ids.is_none_or(|ids| ids.contains(&stored.id.uuid()))
            && self.services.as_ref().is_none_or(|it| it.contains(&stored.service.as_u128()))
            && self.states.as_ref().is_none_or(|it| it.iter().any(|it| STATES[*it] == stored.state))
            && self
                .notes
                .as_ref()
                .is_none_or(|it| it.iter().any(|note| note.map(Row::note) == stored.note))
            && (!self.without_note || stored.note.is_none())
            && self.updated.is_none_or(|span| within(span, stored.updated))
            && self.created_from.is_none_or(|from| stored.created.seconds() >= from)
            && self.overlaps.is_none_or(overlaps)
    }

    fn answer(&self, all: &[Stored<Stays>], after: Option<Uuid>) -> Vec<Uuid> {
        let ids = self.ids(all);
        let found = all.iter().rev().filter(|stored| self.holds(stored, ids.as_deref()));
        let ids = found.map(|stored| stored.id.uuid());
        ids.filter(|id| after.is_none_or(|after| *id < after)).collect()
    }
}

fn check(snapshot: &Snapshot<'_>, all: &[Stored<Stays>], question: &Question) {
    let find = question.find(all);
    answers(snapshot, all, question);
    for plan in plans(snapshot, &find) {
        assert!(plan.starts_with("SEARCH"), "{plan}");
    }
}

/// Holds every kind of answer against the naive one.
fn answers(snapshot: &Snapshot<'_>, all: &[Stored<Stays>], question: &Question) {
    let find = question.find(all);
    let ids = |found: Vec<Stored<Stays>>| -> Vec<Uuid> {
        found.into_iter().map(|it| it.id.uuid()).collect()
    };
    let everything = question.answer(all, None);
    assert_eq!(ids(snapshot.find(&find).unwrap()), everything);
    assert_eq!(snapshot.count(&find).unwrap(), everything.len() as u64);
    let first = snapshot.first(&find).unwrap().map(|it| it.id.uuid());
    assert_eq!(first, everything.first().copied());
    let mut scanned = Vec::new();
    snapshot
        .scan(&find, &["id", "state"], &mut |values| match values {
            [crate::Value::Id(id), crate::Value::Text(_)] => {
                scanned.push(*id);
                Ok(())
            }
            other => panic!("{other:?}"),
        })
        .unwrap();
    scanned.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(scanned, everything);

    let after = question.after.and_then(|at| all.get(at)).map(|stored| stored.id.uuid());
    let mut page = question.answer(all, after);
    page.truncate(question.count as usize);
    let decoded = snapshot.page_decoded(&find, after, question.count).unwrap();
    assert_eq!(ids(decoded), page);
    let spliced = snapshot.page(&find, after, question.count).unwrap();
    assert_eq!((spliced.count, spliced.cursor), (page.len(), page.last().copied()));
}

/// How the database reaches the table for each kind of answer.
fn plans(snapshot: &Snapshot<'_>, find: &Find<Stays>) -> Vec<String> {
    let search = Search {
        table: &TABLES[0],
        scopes: &find.scopes,
        conditions: &find.conditions,
        ids: find.ids.as_deref(),
    };
    let columns = &["id", "body"];
    let after = Some(Uuid::from_u128(1));
    let kinds = [
        Wanted::Newest { columns, after: None, limit: 10 },
        Wanted::Newest { columns, after, limit: 10 },
        Wanted::All { columns, after: None },
        Wanted::All { columns, after },
        Wanted::Count,
    ];
    let mut plans = Vec::new();
    for wanted in kinds {
        let dialect = snapshot.link.dialect();
        let statement = snapshot.link.plans().search(dialect, search, wanted).unwrap();
        let Some((statement, values)) = statement else {
            continue;
        };
        let is_sqlite = snapshot.link.dialect().fence.is_none();
        let (explain, column) = if is_sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
        let sql = format!("{explain} {}", statement.sql);
        snapshot
            .link
            .rows(&sql, &values, &mut |row| {
                let line = String::from_utf8(row.text(column)?.to_vec()).unwrap();
                if !is_sqlite {
                    // Of a server only whether it scans; which index it takes depends on its
                    // statistics.
                    if line.contains("Scan") && line.contains(" on stay") {
                        let way = if line.contains("Index") { "SEARCH" } else { "SCAN" };
                        plans.push(format!("{way} {line}"));
                    }
                } else if line.contains(" stay ") || line.ends_with(" stay") || line.contains(" d ")
                {
                    plans.push(line);
                }
                Ok(())
            })
            .unwrap();
    }
    plans
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn searches_find_what_a_naive_search_finds(
        rows in rows(),
        questions in prop::collection::vec(question(), 1..16),
    ) {
        let store = store();
        let mut all = Vec::new();
        for (row, now) in rows.into_iter().zip(0..) {
            let stored = store.write_now(call(now), move |tx| {
                let document = row.document(tx.new_id());
                let scope = Uuid::from_u128(row.scope);
                tx.insert::<Stays>(scope, document, StayHidden::default())
            });
            all.push(stored.unwrap());
        }
        let checked = store.read_now(call(0), move |snapshot| {
            questions.iter().for_each(|question| check(snapshot, &all, question));
            Ok(())
        });
        if let Err(error) = checked {
            panic!("{error:?}");
        }
    }
}

impl Row {
    /// The stay with this identifier.
    fn document(&self, id: Id<Stay>) -> Stay {
        Stay {
            service: Uuid::from_u128(self.service),
            state: STATES[self.state].to_owned(),
            start: at(self.start),
            end: at(self.start + self.length),
            note: self.note.map(Row::note),
            ..stay(id)
        }
    }
}

/// One step of a transaction.
#[derive(Debug, Clone)]
enum Step {
    Insert(Row),
    /// Changes one of the stays, if there are any.
    Update(usize, Row),
    Delete(usize),
    Get(usize),
    Ask(Question),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => row().prop_map(Step::Insert),
        1 => (0..60_usize, row()).prop_map(|(number, row)| Step::Update(number, row)),
        1 => (0..60_usize).prop_map(Step::Delete),
        1 => (0..60_usize).prop_map(Step::Get),
        4 => question().prop_map(Step::Ask),
    ]
}

fn take_step(tx: &mut Tx<'_>, all: &mut Vec<Stored<Stays>>, step: &Step) -> Result<(), Error> {
    let number = |number: usize| number.checked_rem(all.len());
    match step {
        Step::Insert(row) => {
            let document = row.document(tx.new_id());
            let scope = Uuid::from_u128(row.scope);
            all.push(tx.insert::<Stays>(scope, document, StayHidden::default())?);
        }
        Step::Update(at, row) => {
            if let Some(stored) = number(*at).and_then(|at| all.get_mut(at)) {
                stored.document = row.document(stored.id);
                tx.update(stored)?;
            }
        }
        Step::Delete(at) => {
            if let Some(at) = number(*at) {
                let stored = all.remove(at);
                let (scope, id) = (stored.scope, stored.id);
                tx.delete(stored)?;
                assert!(tx.get::<Stays>(scope, id)?.is_none());
            }
        }
        Step::Get(at) => {
            if let Some(stored) = number(*at).and_then(|at| all.get(at)) {
                let read = tx.get::<Stays>(stored.scope, stored.id)?.unwrap();
                assert_eq!((&read.document, read.version), (&stored.document, stored.version));
            }
        }
        Step::Ask(question) => answers(tx, all, question),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_transaction_finds_what_it_wrote(
        before in prop::collection::vec(row(), 0..8),
        steps in prop::collection::vec(step(), 1..40),
        after in prop::collection::vec(question(), 1..4),
    ) {
        let store = store();
        let run = store.write_now(call(0), move |tx| {
            let mut all = Vec::new();
            before.iter().try_for_each(|row| take_step(tx, &mut all, &Step::Insert(row.clone())))?;
            Ok(all)
        });
        let all = std::sync::Mutex::new(run.unwrap());
        let all = store.write_now(call(30), move |tx| {
            let mut all = std::mem::take(&mut *all.lock().unwrap());
            steps.iter().try_for_each(|step| take_step(tx, &mut all, step))?;
            Ok(all)
        });
        let all = all.unwrap();
        let asked = store.read_now(call(0), move |snapshot| {
            after.iter().for_each(|question| answers(snapshot, &all, question));
            Ok(())
        });
        if let Err(error) = asked {
            panic!("{error:?}");
        }
    }
}

/// What each search reads, as the database says it.
fn reads(find: Find<Stays>) -> Vec<String> {
    let plans = store().read_now(call(0), move |snapshot| Ok(plans(snapshot, &find))).unwrap();
    let mut plans: Vec<String> = plans
        .into_iter()
        .filter(|plan| !plan.contains("PRIMARY KEY"))
        .map(|plan| {
            let (_, plan) = plan.split_once(" INDEX ").unwrap();
            plan.replace("_COVERING ", "")
        })
        .collect();
    plans.sort_unstable();
    plans.dedup();
    plans
}

#[test]
fn each_search_reads_one_range_of_one_index() {
    if !matches!(options().place, Place::Memory) {
        // A server words it otherwise; see below.
        return;
    }
    let all = || Find::<Stays>::within(&[SCOPE]);
    let service = || all().and(Stays::SERVICE.is(SERVICE));
    let state = |find: Find<Stays>| find.and(Stays::STATE.is("Started".to_owned()));
    let hour = interval((0, 3600));
    let pages = ["stay/id (scope=? AND id<?)", "stay/id (scope=?)"];
    assert_eq!(reads(all()), pages);
    assert_eq!(reads(Find::within(&[SCOPE, OTHER])), pages);
    assert_eq!(reads(all().and(Stays::SECRET.is(7))), pages);
    assert_eq!(
        reads(state(all())),
        ["stay/state (scope=? AND state=? AND id<?)", "stay/state (scope=? AND state=?)"]
    );
    assert_eq!(
        reads(state(service())),
        [
            "stay/service/state (scope=? AND service=? AND state=? AND id<?)",
            "stay/service/state (scope=? AND service=? AND state=?)"
        ]
    );
    assert_eq!(
        reads(service().during(Stays::UPDATED, Some(hour))),
        ["stay/service/updated (scope=? AND service=? AND updated>? AND updated<?)"]
    );
    let noted = |notes: &[Option<&str>]| {
        all().and(Stays::NOTE.one_of(notes.iter().map(|note| note.map(str::to_owned))))
    };
    let of_notes =
        ["stay/note/sparse (scope=? AND note=? AND id<?)", "stay/note/sparse (scope=? AND note=?)"];
    assert_eq!(reads(noted(&[Some("quiet")])), of_notes);
    assert_eq!(reads(noted(&[Some("quiet"), Some("late")])), of_notes);
    // The index leaves out what has none.
    assert_eq!(reads(all().and(Stays::NOTE.is_null())), pages);
    assert_eq!(reads(noted(&[Some("quiet"), None])), pages);
    let classes = |by: &str| {
        let (index, key) = match by {
            "" => ("stay/start_span/start/end", String::new()),
            by => ("stay/service/start_span/start/end", format!("{by}=? AND ")),
        };
        let key = format!("{index} (scope=? AND {key}start_span=? AND ");
        [format!("{key}start<?)"), format!("{key}start>? AND start<?)")]
    };
    assert_eq!(reads(all().overlapping(Stays::START, Stays::END, Some(hour))), classes(""));
    let by_service = service().overlapping(Stays::START, Stays::END, Some(hour));
    assert_eq!(reads(by_service), classes("service"));
    let ids = all().ids(&[SERVICE, OTHER]).and(Stays::STATE.is("Started".to_owned()));
    assert_eq!(reads(ids), ["stay/id (scope=? AND id=?)"]);
}

/// The indexes that a server takes for every kind of answer, by its plan for any values.
fn taken(snapshot: &Snapshot<'_>, find: &Find<Stays>) -> Vec<String> {
    let search = Search {
        table: &TABLES[0],
        scopes: &find.scopes,
        conditions: &find.conditions,
        ids: find.ids.as_deref(),
    };
    let columns = &["id", "check", "body"];
    let after = Some(Uuid::from_u128(1));
    let mut taken = Vec::new();
    for wanted in [
        Wanted::Newest { columns, after: None, limit: 1000 },
        Wanted::Newest { columns, after, limit: 10 },
        Wanted::All { columns: &["id", "state"], after: None },
        Wanted::All { columns: &["id", "state"], after },
        Wanted::Count,
    ] {
        let link = snapshot.link;
        let (statement, values) =
            link.plans().search(link.dialect(), search, wanted).unwrap().unwrap();
        let values: Vec<String> = values
            .iter()
            .map(|value| match value {
                crate::Value::Null => "NULL".to_owned(),
                crate::Value::Integer(number) => number.to_string(),
                crate::Value::Id(id) => format!("'{id}'"),
                crate::Value::Text(text) => format!("'{text}'"),
            })
            .collect();
        let values = values.join(", ");
        link.execute(&format!("PREPARE searched AS {}", statement.sql), &[]).unwrap();
        let explain = format!("EXPLAIN EXECUTE searched ({values})");
        link.rows(&explain, &[], &mut |row| {
            let line = String::from_utf8(row.text(0)?.to_vec()).unwrap();
            let of_table = line.contains(" on stay");
            if let Some((_, index)) = line.split_once(" using ").filter(|_| of_table) {
                let (index, _) = index.split_once(" on ").unwrap();
                // A row that was found is fetched by its key.
                if !line.contains(" on stay d ") {
                    taken.push(index.replace('"', ""));
                }
            } else {
                assert!(!of_table, "{line}");
            }
            Ok(())
        })
        .unwrap();
        link.execute("DEALLOCATE searched", &[]).unwrap();
    }
    taken.sort_unstable();
    taken.dedup();
    taken
}

/// Twenty thousand stays of forty services in ten years, as the database needs them to plan: nobody
/// reads their documents.
const HISTORY: &str = "INSERT INTO \"stay\" (\"scope\", \"id\", \"version\", \"created\", \
     \"updated\", \"check\", \"service\", \"state\", \"start\", \"end\", \"start_span\", \"note\", \
     \"secret\", \"body\", \"hidden\") \
     SELECT $1, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, n, n * 15000, 0, \
     ('00000000-0000-7000-8000-' || lpad(to_hex(n % 40), 12, '0'))::uuid, \
     (ARRAY['Confirmed', 'Started', 'Processed', 'Canceled'])[1 + n % 4], n * 15000, \
     n * 15000 + 86400 * (1 + n % 9), CASE WHEN n % 9 = 0 THEN 0 WHEN n % 9 < 4 THEN 1 ELSE 2 END, \
     CASE WHEN n % 20 > 0 THEN 'note ' || n % 100 END, n % 1000, repeat('x', 1000), '{}' \
     FROM generate_series(1, 20000) AS n";

#[test]
fn on_a_server_each_search_takes_its_index() {
    let store = store();
    if store.passing_database().is_none() {
        return;
    }
    let check = || {
        let read = |snapshot: &Snapshot<'_>| {
            let all = || Find::<Stays>::within(&[SCOPE]);
            let service = || all().and(Stays::SERVICE.is(SERVICE));
            let state = |find: Find<Stays>| find.and(Stays::STATE.is("Started".to_owned()));
            let hour = Some(interval((0, 3600)));
            for (find, indexes) in [
                (all(), ["stay/id"].as_slice()),
                (Find::within(&[SCOPE, OTHER]), &["stay/id"]),
                (all().and(Stays::SECRET.is(7)), &["stay/id"]),
                (all().ids(&[SERVICE, OTHER]), &["stay/id"]),
                // Ends with the identifier, too.
                (state(all().ids(&[SERVICE, OTHER])), &["stay/id", "stay/state"]),
                (state(all()), &["stay/state"]),
                (state(service()), &["stay/service/state"]),
                (service().during(Stays::UPDATED, hour), &["stay/service/updated"]),
                (all().and(Stays::NOTE.is(Some("note 7".to_owned()))), &["stay/note/sparse"]),
                (
                    all().and(Stays::NOTE.one_of([3, 7].map(|note| Some(format!("note {note}"))))),
                    &["stay/note/sparse"],
                ),
                (all().and(Stays::NOTE.is_null()), &["stay/id"]),
                (all().overlapping(Stays::START, Stays::END, hour), &["stay/start_span/start/end"]),
                // It takes either to give a single row.
                (
                    service().overlapping(Stays::START, Stays::END, hour),
                    &["stay/service/start_span/start/end", "stay/start_span/start/end"],
                ),
            ] {
                let taken = taken(snapshot, &find);
                assert!(!taken.is_empty());
                assert!(
                    taken.iter().all(|it| indexes.contains(&it.as_str())),
                    "{taken:?} {indexes:?}"
                );
            }
            Ok(())
        };
        if let Err(error) = store.read_now(call(0), read) {
            panic!("{error:?}");
        }
    };
    // Without statistics, which the database makes by itself within a minute, it may take another
    // one that begins in the same way.
    let filled = store.write_now(call(0), |tx| {
        tx.link.execute(HISTORY, &[crate::Value::Id(SCOPE)])?;
        tx.link.execute("ANALYZE \"stay\"", &[])
    });
    assert_eq!(filled.unwrap_or_else(|error| panic!("{error:?}")), 0);
    check();
}

#[test]
fn long_lists_take_few_statements_and_keep_the_order() {
    let store = store();
    let written = super::toy::add(&store, SCOPE, 0, |_| ()).id.uuid();
    let found = store.read_now(call(0), move |snapshot| {
        let mut ids: Vec<Uuid> = (0..20_000).map(Uuid::from_u128).collect();
        ids.push(written);
        let services = (0..20_000).map(Uuid::from_u128);
        let find = Find::<Stays>::within(&[SCOPE]).and(Stays::SERVICE.one_of(services));
        assert_eq!(snapshot.count(&find)?, 1);
        snapshot.find(&find.ids(&ids))
    });
    assert_eq!(found.unwrap().len(), 1);
}

#[test]
fn texts_of_statements_are_few() {
    let texts = |store: &crate::Store| {
        store.read_now(call(0), |snapshot| {
            let mut texts = std::collections::BTreeSet::new();
            for count in (1..100).chain(1000..1030_u128) {
                let ids: Vec<Uuid> = (0..count).map(Uuid::from_u128).collect();
                let find = Find::<Stays>::within(&[SCOPE]).ids(&ids);
                let search = Search {
                    table: &TABLES[0],
                    scopes: &find.scopes,
                    conditions: &find.conditions,
                    ids: find.ids.as_deref(),
                };
                let wanted = Wanted::Newest { columns: &["body"], after: None, limit: 10 };
                texts.insert(search.template(snapshot.link.dialect(), wanted)?.sql);
            }
            Ok(texts.len())
        })
    };
    assert_eq!(texts(&store()).unwrap(), 10);
}
