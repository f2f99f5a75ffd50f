//! The public log: what is sealed becomes leaves, and programs of others find the tree and the signatures valid.

use ct_merkle::{HashableLeaf, mem_backed_tree::MemoryBackedTree};
use data_encoding::BASE64;
use hailong_core::{
    id::Bytes,
    listen::{
        invitation::Source,
        log::{self, Edge, Figure, Leaf, LogKey, LogVerifier, OpenedLine, Proof, Recount},
        rating::Asked,
        receipt::Mark,
        sealing::{Marks, Sealed},
        slip::{AttitudeSlip, ProcedureSlip, StepSlip},
    },
    secret::SecretKey,
    serve::{applicant::Group, case::spent::Phase},
    time::Day,
};
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};

/// A sealed group of so many ballots whose answers follow from their places.
fn group(office: &str, serial: i64, size: u32) -> Sealed {
    let mark = |pile: u8, line: u32| {
        let hash = Sha256::digest(format!("{office} {serial} {pile} {line}"));
        Mark::from_bytes(&hash[..10]).unwrap()
    };
    let marks = |pile| (0..size).map(|line| mark(pile, line)).collect::<Vec<_>>();
    let score = |line: u32, of: u32| Some(((line + of) % 5 + 1) as u8);
    let official = |line: u32| Some(format!("{office}-{}", line % 2));
    Sealed {
        office_id: office.into(),
        group: Group::Person,
        serial,
        day: Day::new(2017, 6, 30).unwrap(),
        size,
        overall: (0..size).filter_map(|line| score(line, 0)).collect(),
        attitude: (0..size)
            .map(|line| AttitudeSlip {
                welcome: score(line, 1),
                guidance: None,
                official: official(line),
                field: Some("Hộ tịch".into()),
                source: (line % 2 == 0).then_some(Source::Apart),
            })
            .collect(),
        speed: (0..size).map(|line| score(line, 2)).collect(),
        procedure: (0..size)
            .map(|line| ProcedureSlip {
                lawful: score(line, 3),
                trips: Some(1),
                extra_money: Some(if line == 0 { Asked::Yes } else { Asked::No }),
                contacts: Some(2),
                extra_papers: None,
                procedure: Some("1.001193".into()),
                field: None,
            })
            .collect(),
        words: Vec::new(),
        marks: Marks {
            receipts: marks(0),
            overall: marks(1),
            attitude: marks(2),
            speed: marks(3),
            procedure: marks(4),
            salts: (0..size).map(|line| Bytes(vec![line as u8; 16])).collect(),
        },
        sources: (0..size).map(|line| (line % 3 == 0).then_some(Source::Office)).collect(),
        steps: (0..size)
            .map(|line| StepSlip {
                days: score(line, 4),
                phase: (line % 2 == 0).then_some(Phase::Signature),
                official: (line % 2 == 0).then(|| format!("{office}-head")),
            })
            .collect(),
        questionnaires: vec![1],
        joined: Vec::new(),
        held: None,
        held_rest: None,
    }
}

fn key() -> LogKey {
    LogKey::new("hailong/970", &SecretKey::new([6; 32])).unwrap()
}

struct Entry(Vec<u8>);

impl HashableLeaf for Entry {
    fn hash<H: digest::Update>(&self, hasher: &mut H) {
        hasher.update(&self.0);
    }
}

#[test]
fn others_find_the_tree_and_the_signature_valid() {
    let (mut all, mut edge, mut theirs) =
        (Vec::new(), Edge::default(), MemoryBackedTree::<Sha256, Entry>::new());
    for (serial, size) in [(1, 5), (2, 300), (3, 7), (4, 1_000)] {
        let leaves: Vec<Leaf> = log::leaves(&group("tran-phan", serial, size)).collect();
        let (tree, side) = log::grow(&edge, &leaves).unwrap();
        leaves.iter().for_each(|leaf| theirs.push(Entry(leaf.to_entry())));
        assert_eq!(theirs.root().as_bytes().as_slice(), tree.root, "{size} more");
        assert_eq!(theirs.len(), tree.size);
        let tiles = side.into_iter().filter_map(|side| match side {
            hailong_core::batch::Side::LogTile(tile) => Some(tile),
            _ => None,
        });
        let tiles: Vec<_> = tiles.collect();
        for tile in &tiles {
            all.retain(|old: &log::TileBlob| (old.level, old.index) != (tile.level, tile.index));
            all.push(tile.clone());
        }
        edge = edge.moved(tree.size, tiles);
        for place in [0, tree.size / 2, tree.size - 1] {
            let entry = theirs.get(place as usize).unwrap().0.clone();
            let proof = Proof {
                place,
                hashes: log::prove(tree.size, place, &all).unwrap(),
                entry: entry.clone(),
                checkpoint: key().checkpoint(tree.size, &tree.root),
            };
            let their_proof = theirs.prove_inclusion(place as usize);
            assert_eq!(their_proof.as_bytes(), proof.hashes.concat());
            let verifier = LogVerifier::parse(key().verifier()).unwrap();
            let read = Proof::parse(&proof.to_text()).unwrap();
            assert_eq!(read, proof);
            assert_eq!(read.check(&verifier).unwrap().to_entry(), entry);
            let other = Proof { entry: [&entry[..], b" "].concat(), ..proof.clone() };
            assert!(other.check(&verifier).is_err());
            assert!(Proof { place: place + 1, ..proof }.check(&verifier).is_err());
        }
        verify_note(&key().checkpoint(tree.size, &tree.root), tree.size, &tree.root);
    }
}

/// Reads a checkpoint by the words of the specification, with another library's Ed25519.
fn verify_note(note: &str, size: u64, root: &[u8; 32]) {
    let (text, signatures) = note.split_once("\n\n").unwrap();
    let text = format!("{text}\n");
    assert_eq!(text, format!("hailong/970\n{size}\n{}\n", BASE64.encode(root)));
    let signature = signatures.trim_end().strip_prefix("\u{2014} hailong/970 ").unwrap();
    let signature = BASE64.decode(signature.as_bytes()).unwrap();
    let key = key();
    let mut verifier = key.verifier().splitn(3, '+');
    let (name, number) = (verifier.next().unwrap(), verifier.next().unwrap());
    let public = BASE64.decode(verifier.next().unwrap().as_bytes()).unwrap();
    let hash = Sha256::digest([name.as_bytes(), b"\n", &public].concat());
    assert_eq!(format!("{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]), number);
    assert_eq!((public[0], &signature[..4]), (1, &hash[..4]));
    UnparsedPublicKey::new(&ED25519, &public[1..]).verify(text.as_bytes(), &signature[4..]).unwrap();
}

#[test]
fn leaves_are_read_back_and_nothing_else_is() {
    let leaves: Vec<Leaf> = log::leaves(&group("tran-phan", 1, 9)).collect();
    assert_eq!(leaves.len(), 9);
    for (place, leaf) in (0..).zip(&leaves) {
        let entry = leaf.to_entry();
        assert_eq!(Leaf::read(place, &entry).as_ref(), Ok(leaf));
        let text = String::from_utf8(entry).unwrap();
        for open in ["tran-phan-0", "tran-phan-1", "1.001193"] {
            assert!(!text.contains(&format!("\"{open}\"")), "officials and procedures are closed: {text}");
        }
    }
    let text = String::from_utf8(leaves[0].to_entry()).unwrap();
    for (right, wrong) in
        [("\"overall\":[1", "\"overall\":[6"), ("\"of\":9", "\"of\":0"), ("person", "nobody")]
    {
        assert!(text.contains(right));
        assert!(Leaf::read(0, text.replacen(right, wrong, 1).as_bytes()).is_err(), "{wrong}");
    }
    assert!(Leaf::read(0, b"").is_err());
    let older = Sealed { marks: Marks::default(), ..group("tran-phan", 1, 9) };
    assert_eq!(log::leaves(&older).count(), 0, "groups that were sealed before the log have no leaves");
}

#[test]
fn a_recount_finds_every_figure_that_was_changed() {
    let groups = [group("tran-phan", 1, 40), group("tan-duyet", 1, 6)];
    let mut recount = Recount::default();
    groups.iter().flat_map(log::leaves).for_each(|leaf| recount.add(&leaf));
    let published: Vec<Figure> = recount.figures().collect();
    assert_eq!(recount.ballots, 46);
    assert_eq!(published.len(), 2 * 8, "nobody was asked about guidance");
    assert!(log::differences(&published, &recount).is_empty());
    for at in 0..published.len() {
        for score in 0..6 {
            let mut altered = published.clone();
            altered[at].counts[score] += 1;
            let found = log::differences(&altered, &recount);
            assert_eq!(found.len(), 1);
            assert_eq!(
                (&found[0].question, found[0].published),
                (&altered[at].question, Some(altered[at].counts))
            );
        }
        let mut missing = published.clone();
        missing.remove(at);
        assert_eq!(log::differences(&missing, &recount)[0].published, None);
    }
}

/// Slips that name something come when there are enough of them: more than the box had ballots, fewer, or with no ballot at all.
#[test]
fn slips_that_waited_for_others_are_counted_with_the_group_that_shows_them() {
    let mut sealed = group("tran-phan", 1, 9);
    sealed.size = 3;
    for marks in [&mut sealed.marks.receipts, &mut sealed.marks.overall] {
        marks.truncate(3);
    }
    sealed.overall.truncate(3);
    sealed.sources.truncate(3);
    sealed.procedure.clear();
    let closing = Sealed { serial: -1, size: 0, overall: Vec::new(), ..sealed.clone() };
    let closing = Sealed {
        marks: Marks { receipts: Vec::new(), overall: Vec::new(), ..sealed.marks.clone() },
        sources: Vec::new(),
        ..closing
    };
    let mut recount = Recount::default();
    for group in [&sealed, &closing] {
        let leaves: Vec<Leaf> = log::leaves(group).collect();
        assert_eq!(leaves.len(), 9);
        for (place, (leaf, opening)) in (0..).zip(leaves.iter().zip(log::openings(group))) {
            assert_eq!(Leaf::read(place, &leaf.to_entry()).as_ref(), Ok(leaf));
            assert_eq!(leaf.receipt.is_some(), leaf.line < group.size);
            assert!(leaf.procedure.is_none() && leaf.attitude.is_some());
            recount.add(leaf);
            assert!(recount.open(leaf, &opening));
        }
    }
    assert_eq!(recount.ballots, 3);
    let answers = |question: &str| {
        let of = recount.figures().filter(|figure| figure.question == question);
        of.map(|figure| figure.counts.iter().sum::<u64>()).sum::<u64>()
    };
    let asked = ["overall", "welcome", "speed", "lawful"];
    assert_eq!(asked.map(answers), [3, 18, 18, 0]);
    let of_officials: u64 = recount.officials().values().map(|counts| counts[0].iter().sum::<u64>()).sum();
    assert_eq!(of_officials, 18);
    // A line of a ballot must have its receipt, and none may have one too many.
    let text = String::from_utf8(log::leaves(&sealed).next().unwrap().to_entry()).unwrap();
    let stolen = text.replacen("\"of\":3", "\"of\":0", 1);
    assert!(stolen != text && Leaf::read(0, stolen.as_bytes()).is_err());
}

#[test]
fn an_opening_opens_its_own_line_only() {
    let sealed = group("tran-phan", 1, 8);
    let leaves: Vec<Leaf> = log::leaves(&sealed).collect();
    let openings: Vec<OpenedLine> = log::openings(&sealed).collect();
    let mut recount = Recount::default();
    for (leaf, opening) in leaves.iter().zip(&openings) {
        assert!(recount.open(leaf, opening));
        let other = OpenedLine { official: Some("tran-phan-9".into()), ..opening.clone() };
        assert!(!recount.open(leaf, &other), "nobody else can be put in an official's place");
    }
    assert!(!recount.open(&leaves[0], &openings[1]));
    let officials = recount.officials();
    assert_eq!(officials.len(), 2);
    let answers = |official: &str| officials[official][0].iter().sum::<u64>();
    assert_eq!((answers("tran-phan-0"), answers("tran-phan-1")), (4, 4));
}

#[test]
fn a_key_is_the_same_for_the_same_secret_only() {
    let again = LogVerifier::parse(key().verifier()).unwrap();
    assert_eq!(again.origin(), "hailong/970");
    let other = LogKey::new("hailong/970", &SecretKey::new([7; 32])).unwrap();
    assert_ne!(other.verifier(), key().verifier());
}

proptest::proptest! {
    #[test]
    fn no_file_is_too_strange_to_be_refused(text in "\\PC{0,300}", lines in proptest::collection::vec("[ -~]{0,60}", 0..8)) {
        assert!(Proof::parse(&text).is_err());
        let _ = Proof::parse(&format!("c2sp.org/tlog-proof@v1\n{}\n\nx", lines.join("\n")));
    }
}
