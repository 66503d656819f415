"""The left-hand side of the page of studies: which folder, which of its runs, and what can be downloaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara

from dashboards.address import Address
from dashboards.session import as_bytes
from dashboards.studies_filters import WHERE, labels_of
from dashboards.studies_folder import studies_near
from dashboards.studies_session import StudySession
from dashboards.studies_views import STUDY_VIEWS

type Touch = Callable[[], None]

STATUSES = ("done", "failed", "missing")


@solara.component
def StudySidebar(session: StudySession, touch: Touch, version: Any) -> Any:
    """Folder, filters, downloads."""
    with solara.Div(classes=["society-side"]) as main:
        FolderChoice(session, touch, session.address.study)
        if session.folder is not None:
            if len(session.tables.runs) > 1:
                RunFilters(session, touch, version)
            if STUDY_VIEWS["time"].applies(session.tables):
                StepRange(session, touch, session.address.view.get("time.steps", ""))
            StudyDownloads(session)
    return main


@solara.component
def FolderChoice(session: StudySession, touch: Touch, folder: str) -> Any:
    """A list of folders of results nearby, in which any path can be typed."""
    found = solara.use_memo(lambda: studies_near("results", *([Path(folder).parent] if folder else [])), [folder])

    def choose(name: str | None) -> None:
        if name and name != session.address.study:
            session.open(Address(study=name))
            touch()

    return rv.Combobox(
        label="Folder of results", items=found, v_model=folder, on_v_model=choose, dense=True, hide_details=True,
        class_="mb-2 mt-2",
    )  # fmt: skip


@solara.component
def RunFilters(session: StudySession, touch: Touch, version: Any) -> Any:
    """Which runs the table and the charts show."""
    tables, filters, view = session.tables, session.filters, session.address.view
    factors = tables.study.factors

    def set_to(name: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            text = ",".join(value) if isinstance(value, list) else value or ""
            if text != view.get(name, ""):
                session.see(**{name: text})
                touch()

        return change

    def clear() -> None:
        session.see(status="", arm="", text="", **{name: "" for name in view if name.startswith(WHERE)})
        touch()

    with solara.Div() as main:
        with solara.Row(gap="4px", style="align-items: center; background: transparent; min-height: 30px"):
            solara.HTML("h3", unsafe_innerHTML="Runs that are shown")
            if filters.status or filters.arm or filters.text or filters.where:
                solara.Button("Show all", text=True, small=True, on_click=clear)
        Select("status", "status", STATUSES, filters.status, set_to("status"))
        if len(tables.study.arms) > 1:
            Select("arm", "arm", tuple(tables.study.arms), filters.arm, set_to("arm"))
        for path in factors:
            wanted, levels = filters.where.get(path, ""), tuple(labels_of(tables.runs[path]))
            if levels:
                chosen = [level for level in wanted.split(",") if level in levels]
                Select(path, path, levels, chosen, set_to(f"{WHERE}{path}")).key(path)
            else:
                column = tables.runs[path]
                label = f"{path}: from..to, within {column.min():.3g}..{column.max():.3g}"
                Typed(label, wanted, set_to(f"{WHERE}{path}")).key(path)
        Typed("run, arm or error holds", filters.text, set_to("text"))
    return main


@solara.component
def Select(label: str, name: str, options: tuple[str, ...], chosen: Any, change: Callable[[Any], None]) -> Any:
    """One of some options, or with a list as what is chosen any number of them."""
    return rv.Select(
        label=label, items=[*options], v_model=chosen or ([] if isinstance(chosen, list) else None), on_v_model=change,
        multiple=isinstance(chosen, list), clearable=True, dense=True, hide_details=True, class_="mb-1",
        small_chips=False, attributes={"aria-label": name, "title": name},
    )  # fmt: skip


@solara.component
def Typed(label: str, value: str, change: Callable[[Any], None]) -> Any:
    """A text that counts when Enter is pressed or the field is left."""
    return solara.InputText(label, value=value, on_value=change, continuous_update=False, dense=True, hide_details=True)


@solara.component
def StepRange(session: StudySession, touch: Touch, said: str) -> Any:
    """Which steps the charts over time show."""

    def change(text: str) -> None:
        session.see(**{"time.steps": text.strip(), "compare.steps": text.strip()})
        touch()

    with solara.Div() as main:
        solara.HTML("h3", unsafe_innerHTML="Steps that are drawn", style="margin: 12px 0 0")
        Typed("from..to, such as 52..104", said, change)
    return main


@solara.component
def StudyDownloads(session: StudySession) -> Any:
    """The runs that are shown, and the series that are drawn, as files; figures are saved in their own corners."""
    name = Path(session.address.study).name or "study"
    with solara.Div() as main:
        solara.HTML("h3", unsafe_innerHTML="Download what is shown", style="margin: 12px 0 4px")
        with solara.Div(classes=["society-get"]):
            for what, frame in (("runs", lambda: session.selection.runs), ("series", session.series)):
                for kind in ("csv", "parquet"):
                    with solara.FileDownload(
                        lambda frame=frame, kind=kind: as_bytes(frame(), kind), f"{name}-{what}.{kind}"
                    ):
                        label = f"{what.capitalize()} ({kind.upper() if kind == 'csv' else kind})"
                        solara.Button(label, icon_name="mdi-download", text=True, small=True)
    return main
