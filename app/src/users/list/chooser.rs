//! Which columns there are and how dense the rows: applied at once and remembered.

use domain::users::{Column, TableView};
use leptos::prelude::*;

use super::state::List;
use crate::ui::{Checkbox, Icon, Panel, Toaster};

#[component]
pub fn Chooser(list: List) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let liking = list.liking;
    let custom = list.names.with_value(|names| {
        names.fields.iter().map(|field| (Column::Field(field.id), field.name.clone())).collect::<Vec<_>>()
    });
    let fixed = Column::FIXED.into_iter().map(|column| (column, column.label().to_owned()));
    let all: Vec<(Column, String)> = fixed.chain(custom).collect();
    let order: Vec<Column> = all.iter().map(|(column, _)| *column).collect();
    let order = StoredValue::new(order);
    let choose = move |column: Column, on: bool| {
        let TableView { columns, dense } = untrack(|| liking.view());
        let wanted = |own: &Column| if *own == column { on } else { columns.contains(own) };
        let columns = order.with_value(|order| order.iter().copied().filter(wanted).collect());
        liking.choose(TableView { columns, dense }, toaster);
    };
    let boxes = all
        .into_iter()
        .map(|(column, label)| {
            let checked = Signal::derive(move || liking.view().columns.contains(&column));
            view! { <Checkbox checked on_change=move |on| choose(column, on) label /> }
        })
        .collect_view();
    let density = move |dense: bool, label: &'static str| {
        let chosen = move || if liking.view().dense == dense { "true" } else { "false" };
        let choose = move |_| {
            let view = untrack(|| liking.view());
            liking.choose(TableView { dense, ..view }, toaster);
        };
        view! { <button type="button" aria-pressed=chosen on:click=choose>{label}</button> }
    };
    let trigger = || view! { <Icon name="cols" /> };
    view! {
        <Panel id="columns" label="Columns" class="btn icon small" bare=true to_left=true trigger>
            <div class="chooser">
                <fieldset>
                    <legend class="label">"Columns"</legend>
                    {boxes}
                </fieldset>
                <fieldset>
                    <legend class="label">"Rows"</legend>
                    <div class="segments">{density(false, "Roomy")} {density(true, "Compact")}</div>
                </fieldset>
            </div>
        </Panel>
    }
    .into_any()
}
