//! The two ends of what an event tells of, the host and user if it names them, and what the device did about it.

use std::io::Write as _;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::field::Field;
use super::outcome::Action;
use super::path::{Path, Step};
use super::walk::{Csv, walk};
use super::xml::attribute;

/// What an event says of the ends of a connection; places are in the event as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The near end's address: CEF's `src`.
    pub near: Option<Range<usize>>,
    /// The far end's address: CEF's `dst`.
    pub far: Option<Range<usize>>,
    /// The name of the host that it is about.
    pub host: Option<Range<usize>>,
    /// The name of the user that it is about.
    pub user: Option<Range<usize>>,
    /// What the device did.
    pub action: Action,
}

/// The names of fields by which devices say this, the best first; letter case does not matter. A dotted name is one
/// key, or the nested keys of it.
pub const NEAR: &[&str] = &[
    "src",
    "source.ip",
    "src_ip",
    "srcip",
    "source_ip",
    "sourceip",
    "id.orig_h",
    "sourceaddress",
    "source_address",
    "source-address",
    "src_addr",
    "srcaddr",
    "client.ip",
    "client_ip",
    "clientip",
    "c-ip",
    "ipaddress",
    "ip_src",
    "ip_src_addr",
    "src_endpoint.ip",
    "local_ip",
    "actor_ip",
    "source.address",
    "remip",
    "orig_h",
    "userhostaddress",
    "sourcenetworkaddress",
    "callingstationid",
    "calling-station-id",
    "rhost",
    "remote_addr",
    "machine_ip",
    "client.address",
];
/// Of the far end.
pub const FAR: &[&str] = &[
    "dst",
    "destination.ip",
    "dst_ip",
    "dest_ip",
    "dstip",
    "destip",
    "destination_ip",
    "destinationip",
    "id.resp_h",
    "destinationaddress",
    "destination_address",
    "destination-address",
    "dest_addr",
    "dst_addr",
    "dstaddr",
    "dest",
    "server.ip",
    "server_ip",
    "serverip",
    "s-ip",
    "ip_dst",
    "ip_dst_addr",
    "dst_endpoint.ip",
    "remote_ip",
    "remoteip",
    "destination.address",
    "resp_h",
    "server.address",
];
/// Of the host.
pub const HOST: &[&str] = &[
    "shost",
    "host.name",
    "src_host",
    "srchost",
    "source.domain",
    "hostname",
    "computername",
    "computer",
    "machinename",
    "endpoint_machine",
    "devname",
    "dvchost",
    "device.hostname",
    "host.hostname",
    "syslog.host",
];
/// Of the user.
pub const USER: &[&str] = &[
    "suser",
    "user.name",
    "usrname",
    "source.user.name",
    "src_user",
    "srcuser",
    "user",
    "username",
    "user_name",
    "accountname",
    "targetusername",
    "subjectusername",
    "duser",
    "actor.user.name",
    "endpoint_username",
    "dstuser",
];
/// Of the action.
pub const ACTION: &[&str] = &[
    "act",
    "event.action",
    "action",
    "deviceaction",
    "device_action",
    "alert.action",
    "disposition",
    "verdict",
    "fw_action",
    "utmaction",
    "malware_action",
    "action_taken",
    "actiontaken",
    "event.outcome",
    "outcome",
    "result",
    "status",
];

/// Words of 64 bits.
const FILTER: usize = 32;
/// A name's last part is shorter than this.
const LONGEST_PART: usize = 63;

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The near end.
    Near,
    /// The far end.
    Far,
    /// The host.
    Host,
    /// The user.
    User,
    /// The action.
    Action,
}

impl Role {
    /// Every role, by the word that users write.
    pub const ALL: [(&'static str, Role); 5] = [
        ("near", Role::Near),
        ("far", Role::Far),
        ("host", Role::Host),
        ("user", Role::User),
        ("action", Role::Action),
    ];
}

/// The names by which fields are given their roles.
pub struct EndNames {
    /// Ascending by the last part of the name.
    names: Vec<Name>,
    /// Bits by length, first and last letter of last parts: most fields end here.
    filter: [u64; FILTER],
    csv: Csv,
}

struct Name {
    /// In lower case.
    name: Box<[u8]>,
    /// Where its last part begins.
    last: usize,
    role: Role,
    /// The lower, the better.
    rank: usize,
}

impl Name {
    fn last(&self) -> &[u8] {
        &self.name[self.last..]
    }
}

static BUILT_IN: LazyLock<Arc<EndNames>> = LazyLock::new(|| Arc::new(EndNames::new(&[])));

/// The ends of an event, by the names that are built in.
pub fn ends_of(event: &[u8]) -> Ends {
    BUILT_IN.ends_of(event)
}

impl EndNames {
    /// The names that are built in.
    pub fn built_in() -> Arc<EndNames> {
        Arc::clone(&BUILT_IN)
    }

    /// These names, then those that are built in.
    pub fn new(own: &[(Role, String)]) -> EndNames {
        let built_in =
            [(Role::Near, NEAR), (Role::Far, FAR), (Role::Host, HOST), (Role::User, USER), (Role::Action, ACTION)];
        let built_in = built_in.iter().flat_map(|(role, names)| names.iter().map(|name| (*role, *name)));
        let all = own.iter().map(|(role, name)| (*role, name.as_str())).chain(built_in);
        let mut names: Vec<Name> = all.enumerate().map(|(rank, (role, name))| named(name, role, rank)).collect();
        names.sort_by(|one, other| one.last().cmp(other.last()));
        let mut filter = [0; FILTER];
        for name in names.iter().filter(|name| !name.last().is_empty()) {
            let (word, bit) = place_in_filter(name.last());
            filter[word] |= bit;
        }
        let csv = names.iter().any(|name| name.name.starts_with(b"csv."));
        EndNames { names, filter, csv: if csv { Csv::Asked } else { Csv::Guessed } }
    }

    /// The ends of an event.
    pub fn ends_of(&self, event: &[u8]) -> Ends {
        let mut finding = Finding::default();
        walk(event, self.csv, &mut |field| finding.look_at(self, field));
        finding.ends
    }

    /// How columns are told for these names.
    pub fn csv(&self) -> Csv {
        self.csv
    }

    /// The names that end in this part, which is in any letter case.
    fn ending_in(&self, part: &[u8]) -> &[Name] {
        if part.is_empty() || part.len() >= LONGEST_PART {
            return &[];
        }
        let (word, bit) = place_in_filter(part);
        if self.filter[word] & bit == 0 {
            return &[];
        }
        let mut lower = [0; LONGEST_PART];
        let lower = &mut lower[..part.len()];
        lower.copy_from_slice(part);
        lower.make_ascii_lowercase();
        let start = self.names.partition_point(|name| name.last() < &*lower);
        let count = self.names[start..].iter().take_while(|name| name.last() == lower).count();
        &self.names[start..start + count]
    }
}

/// Where a part that is not empty stands in the filter, whatever its letter case.
fn place_in_filter(part: &[u8]) -> (usize, u64) {
    // Letters differ from their other case in one bit.
    let (first, last) = (usize::from(part[0] | 0x20), usize::from(part[part.len() - 1] | 0x20));
    let place = first * 31 + last * 7 + part.len() * 37;
    (place / 64 % FILTER, 1 << (place % 64))
}

fn named(name: &str, role: Role, rank: usize) -> Name {
    let name = name.to_ascii_lowercase().into_bytes().into_boxed_slice();
    let last = memchr::memrchr(b'.', &name).map_or(0, |dot| dot + 1);
    Name { name, last, role, rank }
}

/// The ends, as far as they have been found.
#[derive(Default)]
pub struct Finding {
    /// What has been found.
    pub ends: Ends,
    /// For each role, how many formats stand around the field found, and its name's rank.
    best: [Option<(usize, usize)>; 5],
}

impl Finding {
    /// Another field of the event.
    pub fn look_at(&mut self, names: &EndNames, field: &Field<'_>) {
        let mut number = [0; 20];
        if matches!(field.path.step, Step::Column(_)) && names.csv == Csv::Guessed {
            return;
        }
        let Some(leaf) = leaf(field.path, &mut number) else { return };
        let part = leaf.iter().rposition(|byte| *byte == b'.').map_or(leaf, |dot| &leaf[dot + 1..]);
        for name in names.ending_in(part) {
            if !is_path_of(&name.name, leaf, field.path) {
                continue;
            }
            let rank = (field.path.depth(), name.rank);
            if self.best[name.role as usize].is_none_or(|best| rank < best) && self.take(name.role, field) {
                self.best[name.role as usize] = Some(rank);
            }
        }
    }

    fn take(&mut self, role: Role, field: &Field<'_>) -> bool {
        let ends = &mut self.ends;
        match role {
            Role::Near => put(&mut ends.near, address(field)),
            Role::Far => put(&mut ends.far, address(field)),
            Role::Host => put(&mut ends.host, name(field)),
            Role::User => put(&mut ends.user, name(field)),
            Role::Action => {
                let action = Action::of(field.written());
                if action != Action::Unknown {
                    ends.action = action;
                }
                action != Action::Unknown
            }
        }
    }
}

fn put(place: &mut Option<Range<usize>>, found: Option<Range<usize>>) -> bool {
    let is_found = found.is_some();
    if is_found {
        *place = found;
    }
    is_found
}

/// The last name of a path; of a column, its number.
fn leaf<'l>(path: &'l Path<'_>, number: &'l mut [u8; 20]) -> Option<&'l [u8]> {
    match path.step {
        Step::Name(name) | Step::Member(name) | Step::Attribute(name) | Step::Parameter(_, name) => Some(name),
        // `<Data Name="IpAddress">`.
        Step::Element(name, attributes) => Some(attribute(attributes, b"Name").unwrap_or(name)),
        Step::Column(column) => {
            let mut rest: &mut [u8] = number;
            let free = write!(rest, "{column}").map(|()| rest.len()).ok()?;
            Some(&number[..20 - free])
        }
        Step::Format(_) | Step::Item(_) => None,
    }
}

/// Whether this name, in lower case, is the end of the path whose leaf this is; `csv.5`, `syslog.host` name a format.
fn is_path_of(name: &[u8], leaf: &[u8], path: &Path<'_>) -> bool {
    let mut left = name;
    let mut step = leaf;
    let mut above = path.above;
    loop {
        if left.len() < step.len() || !left[left.len() - step.len()..].eq_ignore_ascii_case(step) {
            return false;
        }
        left = &left[..left.len() - step.len()];
        let Some(rest) = left.strip_suffix(b".") else { return left.is_empty() };
        left = rest;
        loop {
            let Some(path) = above else { return false };
            above = path.above;
            match path.step {
                Step::Item(_) => {}
                Step::Format(format) => return left == format.name().as_bytes(),
                Step::Name(name) | Step::Member(name) | Step::Element(name, _) | Step::Attribute(name) => {
                    step = name;
                    break;
                }
                Step::Column(_) | Step::Parameter(..) => return false,
            }
        }
    }
}

/// The place of an address, without a zone or port behind it; one of nothing but zeros says nothing.
fn address(field: &Field<'_>) -> Option<Range<usize>> {
    let written = field.written();
    if !(2..=64).contains(&written.len()) {
        return None;
    }
    let parsed = |place: &Range<usize>| {
        std::str::from_utf8(&written[place.clone()]).ok().and_then(|text| text.parse::<IpAddr>().ok())
    };
    let place = [0..written.len(), bare_address(written)?].into_iter().find(|place| parsed(place).is_some())?;
    parsed(&place).filter(|address| !address.is_unspecified())?;
    Some(field.part(place))
}

/// Where the address of `[2001:db8::1%eth0]:443`, `fe80::1%eth0` or `192.0.2.1:443` would stand.
fn bare_address(written: &[u8]) -> Option<Range<usize>> {
    let start = usize::from(written.starts_with(b"["));
    let from_start = &written[start..];
    let end = match (start, memchr::memchr(b'%', from_start)) {
        (_, Some(zone)) => zone,
        (0, None) => memchr::memchr(b':', from_start).unwrap_or(from_start.len()),
        (_, None) => memchr::memchr(b']', from_start)?,
    };
    Some(start..start + end)
}

/// The place of a name that says something.
fn name(field: &Field<'_>) -> Option<Range<usize>> {
    let written = field.written();
    let says_nothing = |word: &&[u8]| word.eq_ignore_ascii_case(written);
    let is_name = (1..=255).contains(&written.len())
        && ![&b"-"[..], b"n/a", b"unknown", b"none", b"null"].iter().any(says_nothing);
    is_name.then(|| field.place())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(event: &str) -> (&str, &str, &str, &str, &'static str) {
        let ends = ends_of(event.as_bytes());
        let text = |place: Option<Range<usize>>| place.map_or("", |place| &event[place]);
        (text(ends.near), text(ends.far), text(ends.host), text(ends.user), ends.action.name())
    }

    #[test]
    fn the_ends_are_read_from_every_format() {
        let cases = [
            (
                "CEF:0|V|P|1|1|N|5|act=blocked src=192.0.2.1 dst=198.51.100.2 suser=ann shost=pc",
                ("192.0.2.1", "198.51.100.2", "pc", "ann", "blocked"),
            ),
            (
                "LEEF:1.0|V|P|1|1|src=192.0.2.1\tdst=198.51.100.2\tusrName=ann",
                ("192.0.2.1", "198.51.100.2", "", "ann", ""),
            ),
            (
                "<134>date=2024-01-01 devname=\"gate\" srcip=192.0.2.1 dstip=198.51.100.2 action=\"accept\"",
                ("192.0.2.1", "198.51.100.2", "gate", "", "allowed"),
            ),
            (
                r#"{"source":{"ip":"192.0.2.1"},"destination":{"ip":"198.51.100.2"},"event":{"action":"drop"},"user":{"name":"ann"}}"#,
                ("192.0.2.1", "198.51.100.2", "", "ann", "blocked"),
            ),
            (r#"{"id.orig_h":"192.0.2.1","id.resp_h":"198.51.100.2"}"#, ("192.0.2.1", "198.51.100.2", "", "", "")),
            (
                r#"{"src_ip":"192.0.2.1","dest_ip":"198.51.100.2","alert":{"action":"allowed"}}"#,
                ("192.0.2.1", "198.51.100.2", "", "", "allowed"),
            ),
            (
                "<Event><EventData><Data Name='IpAddress'>192.0.2.1</Data><Data Name='TargetUserName'>ann</Data></EventData></Event>",
                ("192.0.2.1", "", "", "ann", ""),
            ),
            (
                "<134>Mar  4 10:00:01 gate x: src=192.0.2.1:5123 dst=0.0.0.0 dstip=198.51.100.2",
                ("192.0.2.1", "198.51.100.2", "gate", "", ""),
            ),
            ("src=[2001:db8::1]:5123 dst=[2001:db8::2%eth0]:53", ("2001:db8::1", "2001:db8::2", "", "", "")),
            ("src=fe80::1%eth0 dst=[2001:db8::2]", ("fe80::1", "2001:db8::2", "", "", "")),
            ("src=[::]:53 srcip=[192.0.2.1 dst=[x]:53 dstip=:53", ("", "", "", "", "")),
            ("src=N/A srcip=192.0.2.1 msg=nothing", ("192.0.2.1", "", "", "", "")),
            ("no structure at all", ("", "", "", "", "")),
        ];
        for (event, expected) in cases {
            assert_eq!(said(event), expected, "{event}");
        }
    }

    #[test]
    fn an_outer_format_outweighs_an_inner_one_and_a_name_of_ones_own_a_built_in_one() {
        assert_eq!(said(r"CEF:0|V|P|1|1|N|5|msg=a src\=192.0.2.9 src=192.0.2.1").0, "192.0.2.1");

        let names = EndNames::new(&[(Role::Near, "csv.2".into()), (Role::Far, "Peer".into())]);
        let event = "x,192.0.2.1,y";
        assert_eq!(&event[names.ends_of(event.as_bytes()).near.unwrap()], "192.0.2.1");
        let event = "dst=192.0.2.1 peer=192.0.2.2";
        assert_eq!(&event[names.ends_of(event.as_bytes()).far.unwrap()], "192.0.2.2");
    }
}
