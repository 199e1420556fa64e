//! Kinds and scopes: what sort of value an indicator is, and how far it reaches.

/// What sort of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An IPv4 address; normal form `192.0.2.1`.
    Ipv4 = 1,
    /// An IPv6 address; normal form as RFC 5952 writes it.
    Ipv6 = 2,
    /// A network; normal form `192.0.2.0/24`, host bits zero.
    Cidr = 3,
    /// A domain name; normal form lower case, punycode, no outer dots.
    Domain = 4,
    /// A URL; normal form without scheme, port and fragment.
    Url = 5,
    /// An MD5 digest; normal form lower-case hex.
    Md5 = 6,
    /// A SHA-1 digest; normal form lower-case hex.
    Sha1 = 7,
    /// A SHA-256 digest; normal form lower-case hex.
    Sha256 = 8,
    /// An e-mail address; normal form lower case, its domain as a domain's.
    Email = 9,
    /// A SHA-512 digest; normal form lower-case hex.
    Sha512 = 10,
    /// An address and a port; normal form `192.0.2.1:443` or `[2001:db8::1]:443`.
    IpPort = 11,
}

impl Kind {
    /// Every kind, in the order of its number.
    pub const ALL: [Kind; 11] = [
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::Cidr,
        Kind::Domain,
        Kind::Url,
        Kind::Md5,
        Kind::Sha1,
        Kind::Sha256,
        Kind::Email,
        Kind::Sha512,
        Kind::IpPort,
    ];

    /// The word that users write.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Ipv4 => "ipv4",
            Kind::Ipv6 => "ipv6",
            Kind::Cidr => "cidr",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::Md5 => "md5",
            Kind::Sha1 => "sha1",
            Kind::Sha256 => "sha256",
            Kind::Email => "email",
            Kind::Sha512 => "sha512",
            Kind::IpPort => "ip_port",
        }
    }

    /// Whether it is the kind of a digest.
    pub fn is_hash(self) -> bool {
        matches!(self, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512)
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of this number, as an index file holds it.
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

/// How far an indicator reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Scope {
    /// The value alone.
    Exact = 1,
    /// A domain and every name below it, label by label.
    Subdomains = 2,
    /// A host, in a URL with any path; not its subdomains. Of an address with a port: the address, whatever the port.
    Host = 3,
    /// A URL and every URL below its path.
    Prefix = 4,
    /// A glob over the normal form of URLs.
    Mask = 5,
    /// A network and every address in it.
    Network = 6,
}

impl Scope {
    /// Every scope, in the order of its number.
    pub const ALL: [Scope; 6] =
        [Scope::Exact, Scope::Subdomains, Scope::Host, Scope::Prefix, Scope::Mask, Scope::Network];

    /// The word that users write.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Exact => "exact",
            Scope::Subdomains => "subdomains",
            Scope::Host => "host",
            Scope::Prefix => "prefix",
            Scope::Mask => "mask",
            Scope::Network => "network",
        }
    }

    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// The scope of this number, as an index file holds it.
    pub fn from_number(number: u8) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| *scope as u8 == number)
    }

    /// The scope that a kind has where the feed says nothing.
    pub fn default_of(kind: Kind) -> Scope {
        match kind {
            Kind::Domain => Scope::Subdomains,
            Kind::Cidr => Scope::Network,
            _ => Scope::Exact,
        }
    }

    /// Whether an indicator of this kind may have this scope.
    pub fn fits(self, kind: Kind) -> bool {
        match kind {
            Kind::Domain => matches!(self, Scope::Exact | Scope::Subdomains | Scope::Host),
            Kind::Url => matches!(self, Scope::Exact | Scope::Prefix | Scope::Mask),
            Kind::Cidr => self == Scope::Network,
            Kind::IpPort => matches!(self, Scope::Exact | Scope::Host),
            _ => self == Scope::Exact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_come_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
            assert_eq!(Kind::from_number(kind as u8), Some(kind));
            assert!(Scope::default_of(kind).fits(kind));
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.name()), Some(scope));
            assert_eq!(Scope::from_number(scope as u8), Some(scope));
        }
        assert_eq!(Kind::parse("category"), None);
        assert_eq!(Kind::from_number(0), None);
    }
}
