"""The vault: what it keeps, hides, finds again, refuses and records."""

import json
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from minfu.accounts.models import Role
from minfu.accounts.tests import people
from minfu.kernel import gate
from minfu.kernel.errors import Forbidden, Invalid
from minfu.kernel.models import Event
from minfu.registry import keys, vault
from minfu.registry.models import Identity, Reveal
from minfu.registry.rules.masking import mask_address
from minfu.registry.rules.purposes import PURPOSES, Purpose, purposes_on
from minfu.registry.vault import Contact

pytestmark = pytest.mark.django_db

# Invented: the number of an area that assigns none, with a right check digit.
ID_NUMBER = "110101199003070978"
CONTACT = Contact("王小明", "13800001234", "", "福建省古田县甲镇甲一村12号", "听力不好")
WHY = vault.Purpose("contact", "电话核实漏水位置")


@pytest.fixture(autouse=True)
def _own_ring(ring_file) -> None:
    """Every test here has a ring of its own."""


def test_what_goes_in_comes_out_and_nothing_readable_lies_in_the_row() -> None:
    identity = vault.create(CONTACT)
    identity.refresh_from_db()
    actor = people.staff("a")
    assert vault.reveal(identity, actor=actor, purpose=WHY) == CONTACT
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM registry_identity i")
        row = cursor.fetchone()[0]
    kept = bytes(identity.sealed)
    for secret in ("王小明", "13800001234", "甲一村"):
        assert secret not in row
        assert secret.encode() not in kept


def test_masked() -> None:
    masked = vault.masked(vault.create(CONTACT))
    assert masked == vault.MaskedContact("王*", "138****1234", "", "福建省古田县甲镇甲一村****", True)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("甲一村12号", "甲一村****"), ("12号楼甲社区", "****"), ("幸福里", "****"), ("", "")],
)
def test_an_address_is_shown_as_far_as_the_village(value, shown) -> None:
    assert mask_address(value) == shown


@given(st.text(min_size=1))
def test_a_masked_address_never_shows_the_whole(value) -> None:
    assert mask_address(value) != value.removesuffix("****")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b[:-1] + bytes([b[-1] ^ 1]),  # the tag
        lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:],  # the text or nonce
        lambda b: bytes([2]) + b[1:],  # the version
        lambda b: b[:10],
        lambda _: b"",
    ],
)
def test_a_changed_value_does_not_open(spoil) -> None:
    identity = vault.create(CONTACT)
    vault.masked(identity)
    identity.sealed = spoil(bytes(identity.sealed))
    with pytest.raises((vault.TamperedError, keys.KeyRingError)):
        vault.masked(identity)


def test_a_value_moved_to_another_row_does_not_open() -> None:
    one, other = vault.create(CONTACT), vault.create(Contact("李四"))
    other.sealed = one.sealed
    with pytest.raises(vault.TamperedError, match="校验不通过"):
        vault.masked(other)


def test_the_same_contact_never_seals_to_the_same_value_and_lengths_do_not_tell_names_apart() -> None:
    sealed = [bytes(vault.seal(Contact(name)).sealed) for name in ("王五", "王五", "司马相如")]
    assert sealed[0] != sealed[1]
    assert len({len(value) for value in sealed}) == 1


def test_earlier_identities_are_found_by_number_however_it_is_written() -> None:
    first, second = vault.create(CONTACT), vault.create(Contact("王", "138 0000 1234"))
    vault.create(Contact("李", "13900001234"))
    vault.create(Contact("无号"))
    assert set(vault.same_phone("+86 138-0000-1234")) == {first, second}
    assert vault.create(Contact("甲", id_number=ID_NUMBER)) in vault.same_id_number(ID_NUMBER)


def test_wrong_numbers_are_refused_at_their_field() -> None:
    with pytest.raises(Invalid) as refused:
        vault.create(Contact("王", phone="1380000123", id_number=ID_NUMBER[:-1] + "9"))
    assert set(refused.value.fields) == {"phone", "id_number"}
    assert not Identity.objects.exists()


def test_replace() -> None:
    identity = vault.create(CONTACT)
    vault.replace(identity, Contact("王小明", "13900005678"))
    identity.refresh_from_db()
    assert vault.masked(identity).phone == "139****5678"
    assert not vault.same_phone("13800001234").exists()
    assert vault.same_phone("13900005678").get() == identity


# Revealing


def test_every_reveal_is_recorded_with_purpose_and_post() -> None:
    identity, actor = vault.create(CONTACT), people.staff("a")
    vault.reveal(identity, actor=actor, purpose=WHY)
    row = vault.reveals(identity).get()
    assert (row.user_id, row.post_id, row.unit_id) == (actor.user_id, actor.post_id, actor.unit_id)
    assert (row.purpose, row.explanation, row.door) == ("contact", "电话核实漏水位置", "screen")
    event = Event.objects.get(subject_type="reveal", subject_id=row.pk)
    assert event.name == "identity.revealed"
    assert event.data == {"identity": str(identity.pk), "purpose": "contact"}


@pytest.mark.parametrize(
    ("purpose", "field"),
    [
        (vault.Purpose("", "想看看"), "purpose"),
        (vault.Purpose("curious", "想看看"), "purpose"),
        (vault.Purpose("contact", ""), "explanation"),
        (vault.Purpose("contact", "  "), "explanation"),
        (vault.Purpose("contact", "长" * 201), "explanation"),
    ],
)
def test_without_a_purpose_nothing_is_shown(purpose, field) -> None:
    identity, actor = vault.create(CONTACT), people.staff("a")
    with pytest.raises(Invalid) as refused:
        vault.reveal(identity, actor=actor, purpose=purpose)
    assert field in refused.value.fields
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_reveal(role) -> None:
    may = {
        "township_clerk",
        "county_dispatcher",
        "department_handler",
        "village_officer",
        "mediator",
        "grid_worker",
    }
    identity, actor = vault.create(CONTACT), people.staff("a", role)
    if role in may:
        assert vault.reveal(identity, actor=actor, purpose=WHY).name == "王小明"
    else:
        with pytest.raises(Forbidden):
            vault.reveal(identity, actor=actor, purpose=WHY)
    assert Reveal.objects.count() == (role in may)


def test_nobody_signed_in_reveals_nothing() -> None:
    with pytest.raises(gate.SignInNeeded):
        vault.reveal(vault.create(CONTACT), actor=None, purpose=WHY)  # type: ignore[arg-type]  # wrong or looser on purpose


@pytest.mark.parametrize("change", [lambda r: r.update(purpose="visit"), lambda r: r.delete()])
def test_a_recorded_reveal_cannot_be_changed_or_deleted(change) -> None:
    identity = vault.create(CONTACT)
    vault.reveal(identity, actor=people.staff("a"), purpose=WHY)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change(Reveal.objects.all())


def test_a_value_that_does_not_open_leaves_no_reveal() -> None:
    identity, actor = vault.create(CONTACT), people.staff("a")
    identity.sealed = bytes(identity.sealed)[:-1] + b"\0\0"
    with pytest.raises(vault.TamperedError):
        vault.reveal(identity, actor=actor, purpose=WHY)
    assert not Reveal.objects.exists()


def test_purposes_are_dated() -> None:
    day = date(2026, 11, 22)
    ended = Purpose("old", "旧用途", day.replace(year=2025), day)
    assert not ended.runs_on(day)
    assert ended.runs_on(day.replace(day=21))
    assert purposes_on(day) == list(PURPOSES)
    with time_machine.travel(datetime(2025, 12, 1, tzinfo=UTC), tick=False), pytest.raises(Invalid):
        vault.reveal(vault.create(CONTACT), actor=people.staff("a"), purpose=WHY)


# Keys


def test_the_ring_is_made_once_readable_by_its_owner_only(ring_file) -> None:
    vault.create(CONTACT)
    assert stat.S_IMODE(ring_file.stat().st_mode) == 0o600
    before = ring_file.read_text()
    keys.forget()
    keys.make(ring_file)
    assert ring_file.read_text() == before
    assert [path.name for path in ring_file.parent.iterdir()] == ["vault_keys"]


def test_of_many_first_starts_one_ring_remains(tmp_path) -> None:
    path = tmp_path / "ring"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keys.make(path), range(16)))
    keys.parse(path.read_text())
    assert [found.name for found in tmp_path.iterdir()] == ["ring"]


def test_missing_keys_are_never_made_up_for(ring_file) -> None:
    identity = vault.create(CONTACT)
    ring_file.rename(ring_file.with_name("moved"))
    keys.forget()
    for use in (lambda: vault.masked(identity), lambda: vault.create(CONTACT)):
        with pytest.raises(keys.KeyRingError, match="请立即停止服务并从备份恢复"):
            use()
    assert not ring_file.exists()
    ring_file.with_name("moved").rename(ring_file)
    assert vault.masked(identity).name == "王*"


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"current": "k1", "seal": {"k1": "c2hvcnQ="}, "index": "c2hvcnQ="}', '{"seal": 1}'],
)
def test_a_damaged_ring_is_said_loudly(ring_file, text) -> None:
    ring_file.write_text(text)
    with pytest.raises(keys.KeyRingError, match="已损坏"):
        vault.create(CONTACT)


def test_after_rotation_old_values_open_and_new_ones_take_the_new_key(ring_file) -> None:
    old = vault.create(CONTACT)
    ring = json.loads(ring_file.read_text())
    ring["seal"]["k2"] = json.loads(keys.fresh())["seal"]["k1"]
    ring["current"] = "k2"
    ring_file.write_text(json.dumps(ring))
    keys.forget()
    new = vault.create(CONTACT)
    assert bytes(old.sealed)[2:4] == b"k1"
    assert bytes(new.sealed)[2:4] == b"k2"
    assert vault.masked(old) == vault.masked(new)
    assert set(vault.same_phone("13800001234")) == {old, new}
    vault.replace(old, CONTACT)
    assert bytes(old.sealed)[2:4] == b"k2"
    del ring["seal"]["k1"]
    ring_file.write_text(json.dumps(ring))
    keys.forget()
    assert vault.masked(old).name == "王*"


def test_a_key_that_was_removed_is_named(ring_file) -> None:
    identity = vault.create(CONTACT)
    ring = json.loads(keys.fresh())
    ring["seal"] = {"k9": ring["seal"]["k1"]}
    ring["current"] = "k9"
    ring_file.write_text(json.dumps(ring))
    keys.forget()
    with pytest.raises(keys.KeyRingError, match="k1"):
        vault.masked(identity)


def test_contact_does_not_print_itself() -> None:
    assert "王" not in repr(CONTACT)
    assert "王" not in f"{CONTACT}"


def test_every_identity_has_an_id_of_its_own() -> None:
    assert isinstance(vault.seal(CONTACT).pk, uuid.UUID)
    assert vault.seal(CONTACT).pk != vault.seal(CONTACT).pk
