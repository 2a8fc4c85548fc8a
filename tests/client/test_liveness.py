"""Silence is the server's only while the client was listening."""

from maquette.client.liveness import LOST_AFTER_S, PING_AFTER_S, Liveness


def look_for(liveness: Liveness, start_s: float, seconds: float, every_s: float) -> float:
    now = start_s
    while now < start_s + seconds:
        now += every_s
        liveness.look(now)
    return now


def test_a_server_that_stays_silent_is_lost() -> None:
    liveness = Liveness()
    liveness.look(0.0)
    now = look_for(liveness, 0.0, LOST_AFTER_S - 0.2, 0.1)
    assert not liveness.is_lost
    look_for(liveness, now, 0.3, 0.1)
    assert liveness.is_lost


def test_whatever_is_heard_brings_it_back() -> None:
    liveness = Liveness()
    look_for(liveness, 0.0, 5.0, 0.1)
    assert liveness.is_lost
    liveness.heard()
    assert not liveness.is_lost
    assert liveness.silence_s == 0.0


def test_a_client_that_did_not_look_for_minutes_does_not_blame_the_server() -> None:
    liveness = Liveness()
    liveness.look(0.0)
    liveness.look(600.0)
    assert not liveness.is_lost


def test_one_ping_is_due_for_each_second_of_silence() -> None:
    liveness = Liveness()
    liveness.look(0.0)
    pings = 0
    for step in range(1, 24):
        liveness.look(step * 0.1)
        pings += liveness.ping_is_due()
    assert pings == 2
    liveness.heard()
    assert not liveness.ping_is_due()
    look_for(liveness, 2.4, PING_AFTER_S + 0.05, 0.1)
    assert liveness.ping_is_due()
