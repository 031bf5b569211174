//! The pages as a whole, each as an outline to be read: roles, names and states, without the frame around them. A
//! page that loses a button, a label or a reason shows here as a line that differs.

use crate::support::Desk;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_are_made_of_what_was_reviewed() {
    let desk = Desk::open().await;
    let (ana, priya) = (desk.person("ana").await, desk.person("priya").await);
    let tomas = format!("/users/{}", desk.id_of("tomas").await.0);
    let mut outlines = String::new();
    for (who, client, path) in [
        ("ana", &ana, "/users".to_owned()),
        ("ana", &ana, "/users?q=zebedee".to_owned()),
        ("ana", &ana, tomas.clone()),
        ("ana", &ana, format!("{tomas}/access")),
        ("ana", &ana, format!("{tomas}/security")),
        ("ana", &ana, format!("{tomas}/sessions")),
        ("ana", &ana, format!("{tomas}/activity")),
        ("ana", &ana, "/groups".to_owned()),
        ("ana", &ana, "/audit".to_owned()),
        ("ana", &ana, "/settings".to_owned()),
        ("ana", &ana, "/account".to_owned()),
        ("ana", &ana, "/account/security".to_owned()),
        ("ana", &ana, "/account/sessions".to_owned()),
        ("priya", &priya, tomas.clone()),
        ("priya", &priya, format!("{tomas}/security")),
        ("priya", &priya, "/settings".to_owned()),
    ] {
        let page = client.open(&path).await.expect(200);
        let path = path.replace(&tomas, "/users/TOMAS");
        outlines += &format!("== {path} for {who}: {}\n{}\n\n", page.title(), page.reviewed());
    }
    insta::assert_snapshot!("outlines", outlines);
}
