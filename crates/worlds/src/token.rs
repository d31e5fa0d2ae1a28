//! Tokens: shown once when they are made, afterwards only their hash is known.

use std::fmt;

use ostler_contract::error::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// A client token or an access token, in plain text. Only whoever makes it sees it.
pub struct Token(String);

impl Token {
    /// A fresh one, of the shape that the reference's have: 32 hexadecimal digits, `-`, 31 more.
    ///
    /// # Errors
    /// 500 where the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
        let mut text = hexadecimal(&bytes).to_uppercase();
        text.truncate(63);
        text.insert(32, '-');
        Ok(Self(text))
    }

    /// The text of the token.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token exactly as it is sent, so that one in other casing is unknown.
///
/// Tokens are random, so they need neither a salt nor a slow hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of this token.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

impl fmt::Display for TokenHash {
    /// Hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hexadecimal(&self.0))
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = || serde::de::Error::custom("a stored token hash is not SHA-256 in hex");
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(refused());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(serde::de::Error::custom)?;
            *byte = u8::from_str_radix(pair, 16).map_err(serde::de::Error::custom)?;
        }
        Ok(Self(bytes))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_shape_of_the_reference() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_ne!(one.text(), other.text());
        let (head, tail) = one.text().split_once('-').unwrap();
        assert_eq!((head.len(), tail.len()), (32, 31));
        let digits = one.text().replace('-', "");
        assert!(digits.chars().all(|it| it.is_ascii_digit() || ('A'..='F').contains(&it)));
    }

    #[test]
    fn hashes_read_back_and_tell_nothing() {
        let token = Token::generate().unwrap();
        let json = serde_json::to_string(&token.hash()).unwrap();
        assert_eq!(serde_json::from_str::<TokenHash>(&json).unwrap(), token.hash());
        assert_ne!(TokenHash::of(&token.text().to_lowercase()), token.hash());
        assert!(!format!("{token:?} {:?}", token.hash()).contains(&token.text()[..8]));
        assert!(serde_json::from_str::<TokenHash>("\"00\"").is_err());
    }
}
