"""Superseded progress is dropped unread; nothing else ever is, and order is kept."""

from hypothesis import given
from hypothesis import strategies as st

from maquette.client.backlog import Backlog
from maquette.protocol import Frame
from maquette.protocol.messages import Finished, Message, Progress, pack, unpack_reply

PREVIEW = {"preview": Frame("image/png", b"PNG")}


def through(messages: list[Message]) -> list[Message]:
    backlog = Backlog()
    for message in messages:
        backlog.put(pack(message))
    return [unpack_reply(backlog.take()) for _ in range(len(backlog))]


def progress(job: str, sequence: int, note: str = "", frames: dict | None = None) -> Progress:
    return Progress(job_id=job, sequence=sequence, stage="bake", note=note, frames=frames or {})


def test_only_the_latest_progress_of_each_job_is_left() -> None:
    messages = [progress(job, number) for number in range(100) for job in ("a", "b")]
    assert through(messages) == [progress("a", 99), progress("b", 99)]


def test_the_latest_preview_is_left_beside_the_latest_progress() -> None:
    messages = [progress("a", 1, frames=PREVIEW), progress("a", 2, frames=PREVIEW), progress("a", 3)]
    left = through(messages)
    assert [m.sequence for m in left if isinstance(m, Progress)] == [2, 3]
    assert left[0].frames


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["plain", "note", "preview", "end"])), max_size=30
    )
)
def test_notes_and_ends_are_never_dropped_and_nothing_overtakes_them(script: list[tuple[str, str]]) -> None:
    sent: list[Message] = []
    for sequence, (job, what) in enumerate(script, start=1):
        if what == "end":
            sent.append(Finished(job_id=job, sequence=sequence))
        else:
            sent.append(
                progress(job, sequence, "n" if what == "note" else "", PREVIEW if what == "preview" else None)
            )
    left = through(sent)
    kept = [m for m in sent if isinstance(m, Finished) or (isinstance(m, Progress) and m.note)]
    assert [m for m in left if m in kept] == kept
    sequences = [m.sequence for m in left]  # type: ignore[attr-defined]
    assert sequences == sorted(sequences)
    for job in "ab":
        plain = [
            m for m in sent if isinstance(m, Progress) and m.job_id == job and not m.note and not m.frames
        ]
        if plain:
            assert plain[-1] in left


def test_stages_that_need_escapes_are_read_like_any_other() -> None:
    odd = [Progress(job_id="a", sequence=n, stage='a "quoted" \\ stage') for n in range(3)]
    assert through(list(odd)) == odd
