use super::*;

#[test]
fn a_folder_has_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let options = WorldOptions {
        place: Place::Folder(folder.path().join("data")),
        ..WorldOptions::default()
    };
    let beside = WorldOptions { role: Role::Administrator, ..options.clone() };
    let missing = World::open(&beside).err().unwrap().to_string();
    assert!(missing.starts_with("There is no world in"), "{missing}");

    let world = World::open(&options).unwrap();
    let refused = World::open(&options).err().unwrap().to_string();
    assert!(refused.starts_with("Another server is running on the data folder"), "{refused}");
    assert!(World::open(&beside).is_ok(), "administrators come beside a server");
    drop(world);
    assert!(World::open(&options).is_ok(), "the lock ends with the server");
}

#[test]
fn other_declarations_are_another_generation() {
    let told = "raise GENERATION, and write both numbers here";
    assert_eq!(
        (GENERATION, ostler_store::digest(&TABLES)),
        (2, 6_042_409_959_916_053_942),
        "{told}"
    );
}
