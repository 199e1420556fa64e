//! Any bytes opened as an index, checksums left aside: an error or an index, and every question is answered.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use vedette_core::index::Index;
use vedette_core::kind::Kind;
use xxhash_rust::xxh3::xxh3_64;

const HEADER_BYTES: usize = 512;
const QUESTIONS: [(Kind, &[u8]); 8] = [
    (Kind::Ipv4, b"10.1.2.3"),
    (Kind::Ipv6, b"2001:db8::1"),
    (Kind::Cidr, b"10.0.0.0/8"),
    (Kind::Domain, b"www.a.example"),
    (Kind::Url, b"a.example/x/y?q"),
    (Kind::Md5, b"d41d8cd98f00b204e9800998ecf8427e"),
    (Kind::IpPort, b"10.1.2.3:80"),
    (Kind::Email, b"x@a.example"),
];

fuzz_target!(|bytes: &[u8]| {
    let mut file = b"VEDETTE\x1a\x02\0\0\0".to_vec();
    file.extend_from_slice(bytes);
    if file.len() >= HEADER_BYTES {
        let length = (file.len() as u64).to_le_bytes();
        file[16..24].copy_from_slice(&length);
        let checksum = xxh3_64(&file[..HEADER_BYTES - 8]);
        file[HEADER_BYTES - 8..HEADER_BYTES].copy_from_slice(&checksum.to_le_bytes());
    }
    let mut on_disk = tempfile::NamedTempFile::new().expect("a temporary file");
    on_disk.write_all(&file).expect("room on the disk");
    let Ok(index) = Index::open(on_disk.path(), 0, false) else { return };

    let mut found = Vec::new();
    for (kind, normal_form) in QUESTIONS {
        index.look_up(kind, normal_form, &mut found);
    }
    index.may_hold_url_on(b"www.a.example");
    index.knows_final_label(b"example");
    found.iter().for_each(|found| drop(index.entry(found.entry)));
    drop(index.entries(0, 1000));
    index.stats();
});
