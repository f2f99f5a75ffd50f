//! Where sealed files are kept: a folder, or a store that speaks S3. They are named by random identifiers, are written
//! whole and once, never changed, and removed only when no attachment stands behind them.

mod disk;
mod s3;

use std::{path::PathBuf, str::FromStr};

use hailong_core::serve::attachment::MOST_BYTES;
use url::Url;
use uuid::Uuid;

use self::{disk::Disk, s3::S3};
use crate::StoreError;

/// Largest sealed file: the content, a nonce and a tag.
const MOST_SEALED: usize = MOST_BYTES + 24 + 16;

/// Where files are kept, as the command line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// `s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION`.
    S3 {
        /// The bucket.
        bucket: String,
        /// What stands before every name; empty, or with a slash at its end.
        prefix: String,
        /// Where the service is; the bucket is named in the path.
        endpoint: Url,
        /// The region that requests are signed for.
        region: String,
    },
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.starts_with("s3:") {
            return if text.is_empty() { Err("name a folder".into()) } else { Ok(Self::Folder(text.into())) };
        }
        let wrong = || format!("\"{text}\" is not s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bucket = url.host_str().filter(|bucket| !bucket.is_empty()).ok_or_else(wrong)?.to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err("keys of the store go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY".into());
        }
        let (mut endpoint, mut region) = (None, "us-east-1".to_owned());
        for (name, value) in url.query_pairs() {
            match &*name {
                "endpoint" => endpoint = Url::parse(&value).ok().filter(|url| url.host().is_some()),
                "region" => region = value.into_owned(),
                _ => return Err(wrong()),
            }
        }
        let endpoint = endpoint.filter(|url| matches!(url.scheme(), "https" | "http")).ok_or_else(wrong)?;
        let path = url.path().trim_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        Ok(Self::S3 { bucket, prefix, endpoint, region })
    }
}

/// The kept files.
pub enum Blobs {
    /// In a folder.
    Disk(Disk),
    /// In a store that speaks S3.
    S3(Box<S3>),
}

impl Blobs {
    /// Opens the place; a folder is made when it is missing. `keys`: the access key and the secret key of an S3 store.
    ///
    /// # Errors
    /// When the folder cannot be made, or when the keys are missing.
    pub fn open(place: &Place, keys: Option<(String, String)>) -> Result<Self, StoreError> {
        match place {
            Place::Folder(folder) => Disk::open(folder).map(Self::Disk),
            Place::S3 { bucket, prefix, endpoint, region } => {
                let (access, secret) = keys.ok_or_else(|| {
                    StoreError::Files("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set".into())
                })?;
                let s3 = S3::open(endpoint.clone(), (bucket, region, prefix), &access, &secret)?;
                Ok(Self::S3(Box::new(s3)))
            }
        }
    }

    /// Whether the place answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Disk(disk) => disk.check(),
            Self::S3(s3) => s3.check().await,
        }
    }

    /// Keeps a file; answered once it is durable.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn put(&self, id: Uuid, sealed: Vec<u8>) -> Result<(), StoreError> {
        match self {
            Self::Disk(disk) => disk.put(id, sealed).await,
            Self::S3(s3) => s3.put(id, sealed).await,
        }
    }

    /// A kept file; `None` when there is none of that name.
    ///
    /// # Errors
    /// When the place does not answer, or has something that is too large to be ours.
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Disk(disk) => disk.get(id).await,
            Self::S3(s3) => s3.get(id).await,
        }
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// When the place does not answer.
    pub async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        match self {
            Self::Disk(disk) => disk.remove(id).await,
            Self::S3(s3) => s3.remove(id).await,
        }
    }
}

fn files_error(error: impl std::fmt::Display) -> StoreError {
    StoreError::Files(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_or_refused_in_words() {
        let read = |text: &str| text.parse::<Place>();
        assert_eq!(read("/srv/files"), Ok(Place::Folder("/srv/files".into())));
        let s3 = read("s3://hoso/dam-doi?endpoint=https://minio.example:9000&region=vn-1").unwrap();
        let Place::S3 { bucket, prefix, endpoint, region } = s3 else { panic!("not a bucket") };
        assert_eq!((bucket.as_str(), prefix.as_str(), region.as_str()), ("hoso", "dam-doi/", "vn-1"));
        assert_eq!(endpoint.as_str(), "https://minio.example:9000/");
        for wrong in [
            "",
            "s3:",
            "s3://",
            "s3://hoso",
            "s3://hoso?endpoint=minio:9000",
            "s3://hoso?endpoint=ftp://minio",
            "s3://hoso?endpoint=https://minio&reigon=x",
            "s3://key:secret@hoso?endpoint=https://minio",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
