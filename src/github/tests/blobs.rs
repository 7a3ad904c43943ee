use super::scene::Scene;
use crate::github::{BlobRead, GitHubError, RepositoryRef};
use crate::model::BlobSha;
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{Endpoint, Fault, Misbehaviour};
use std::collections::HashMap;
use std::time::Duration;

async fn read(scene: &Scene, shas: &[BlobSha]) -> Result<HashMap<BlobSha, BlobRead>, GitHubError> {
    Ok(scene.client.blobs(&scene.repository, shas).await?.into_iter().collect())
}

fn files(contents: &[Vec<u8>]) -> (Scene, Vec<BlobSha>) {
    let checkout = Checkout::empty();
    for (number, content) in contents.iter().enumerate() {
        checkout.write(&format!("f{number}"), content);
    }
    checkout.git(&["-c", "core.autocrlf=false", "add", "--all"]);
    checkout.git(&["commit", "--quiet", "-m", "files"]);
    (Scene::of(checkout), contents.iter().map(|content| BlobSha::of_bytes(content)).collect())
}

fn texts(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("text {number}\n").into_bytes()).collect()
}

#[tokio::test]
async fn every_kind_of_content_comes_byte_by_byte() {
    let contents = vec![
        b"plain\n".to_vec(),
        b"\xef\xbb\xbfwith a mark\n".to_vec(),
        b"with\r\nreturns\r\n".to_vec(),
        b"a NUL \0 inside".to_vec(),
        b"not \xff\xfe UTF-8".to_vec(),
        Vec::new(),
        "0123456789abcdef".repeat(600 * 64).into_bytes(),
        "unusual: \u{2028}\u{0}\u{7f}é".replace('\0', "").into_bytes(),
    ];
    let (scene, shas) = files(&contents);
    let read = read(&scene, &shas).await.unwrap();
    for (sha, content) in shas.iter().zip(&contents) {
        assert_eq!(read[sha], BlobRead::Bytes(content.clone()), "{}", String::from_utf8_lossy(content));
    }
    let calls = scene.stand_in.calls();
    assert_eq!((calls.of(Endpoint::GraphQl), calls.of(Endpoint::Blob)), (1, 3), "the binary, the broken and the long");
}

#[tokio::test]
async fn fifty_texts_are_one_call() {
    let (scene, mut shas) = files(&texts(120));
    shas.extend_from_within(..10);
    assert_eq!(read(&scene, &shas).await.unwrap().len(), 120);
    assert_eq!(scene.stand_in.calls().reads(), 3);
}

#[tokio::test]
async fn what_is_no_blob_there_is_missing() {
    let (scene, shas) = files(&texts(1));
    let tree = BlobSha::new(&scene.oid("HEAD^{tree}")).unwrap();
    let asked = [shas[0].clone(), BlobSha::of_bytes(b"never written"), tree];
    let read = read(&scene, &asked).await.unwrap();
    assert!(matches!(read[&asked[0]], BlobRead::Bytes(_)));
    assert_eq!((&read[&asked[1]], &read[&asked[2]]), (&BlobRead::Missing, &BlobRead::Missing));
}

#[tokio::test]
async fn one_blob_that_fails_does_not_lose_the_others() {
    let (scene, shas) = files(&[b"plain".to_vec(), b"\0one".to_vec(), b"\0two".to_vec()]);
    scene.misbehave(Misbehaviour::new(Fault::CutBody).on(Endpoint::Blob).path_containing(shas[1].as_str()));
    let first = read(&scene, &shas).await.unwrap();
    assert!(matches!(first[&shas[1]], BlobRead::Failed(GitHubError::Unavailable { .. })));
    assert!(matches!((&first[&shas[0]], &first[&shas[2]]), (BlobRead::Bytes(_), BlobRead::Bytes(_))));
    assert!(matches!(read(&scene, &shas[1..2]).await.unwrap()[&shas[1]], BlobRead::Bytes(_)));
}

#[tokio::test]
async fn a_query_that_fails_leaves_its_blobs_to_be_read_one_by_one() {
    let (scene, shas) = files(&texts(4));
    scene.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::GraphQl));
    let read = read(&scene, &shas).await.unwrap();
    assert!(read.values().all(|one| matches!(one, BlobRead::Bytes(_))));
    assert_eq!(scene.stand_in.calls().of(Endpoint::Blob), 4);
}

#[tokio::test]
async fn a_dead_github_is_not_asked_for_each_blob() {
    let (scene, shas) = files(&texts(120));
    scene.misbehave(Misbehaviour::new(Fault::Status(503)).on(Endpoint::GraphQl).times(100));
    scene.misbehave(Misbehaviour::new(Fault::Status(503)).on(Endpoint::Blob).times(100));
    assert!(matches!(read(&scene, &shas).await, Err(GitHubError::Unavailable { .. })));
    assert_eq!(scene.stand_in.calls().reads(), 3);
}

#[tokio::test]
async fn what_was_read_before_the_quota_ended_is_kept() {
    let (scene, shas) = files(&texts(120));
    let fault = Fault::PrimaryLimit { reset_in: Duration::from_secs(600) };
    scene.misbehave(Misbehaviour::new(fault).on(Endpoint::GraphQl).after(1));
    let read = read(&scene, &shas).await.unwrap();
    let bytes = read.values().filter(|one| matches!(one, BlobRead::Bytes(_))).count();
    let waiting = read
        .values()
        .filter(|one| matches!(one, BlobRead::Failed(GitHubError::RateLimited { secondary: false, .. })))
        .count();
    assert_eq!((bytes, waiting), (50, 70));
    assert_eq!(scene.stand_in.calls().reads(), 2);
}

#[tokio::test]
async fn blobs_are_found_under_the_name_that_the_repository_has_now() {
    let (scene, shas) = files(&texts(3));
    let wrong = RepositoryRef { full_name: "octo/never".to_owned(), ..scene.repository.clone() };
    let read = scene.client.blobs(&wrong, &shas).await.unwrap();
    assert!(read.iter().all(|(_, one)| matches!(one, BlobRead::Bytes(_))));
}
