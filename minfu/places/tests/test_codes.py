"""Division and grid codes: the national rules, in Python and in PostgreSQL alike."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minfu.kernel.errors import Invalid
from minfu.places import codes
from minfu.places.models import Division, Grid

digits = st.text("0123456789", min_size=12, max_size=12)
number = st.integers(1, 599).map(lambda n: f"{n:03d}")
valid_village = st.builds(
    lambda province, city, county, township, village: f"{province}{city:02d}{county:02d}{township}{village}",
    st.integers(11, 65),
    st.integers(1, 70),
    st.integers(1, 99),
    number,
    number,
)


@given(code=valid_village)
def test_a_village_code_climbs_to_its_province(code: str) -> None:
    parsed = codes.parse(code)
    levels = [parsed.level]
    while parsed.parent:
        above = codes.parse(parsed.parent)
        assert code.startswith(above.prefix)
        assert len(above.code) == 12
        parsed = above
        levels.append(above.level)
    assert levels == ["village", "township", "county", "city", "province"]


@given(code=valid_village, length=st.sampled_from([2, 4, 6, 9, 12]))
def test_short_and_padded_codes_mean_the_same(code: str, length: int) -> None:
    short = codes.parse(f" {code[:length]} ")
    assert short == codes.parse(short.code)
    assert short.prefix == code[:length]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "2、4、6、9或12位"),
        ("35092", "2、4、6、9或12位"),
        ("35092２", "2、4、6、9或12位"),
        ("abcdef", "2、4、6、9或12位"),
        ("050922", "前2位"),
        ("358022", "第3、4位"),
        ("350022", "第3、4位"),
        ("350922600", "第7至9位"),
        ("350922000201", "第7至9位"),
        ("350922204600", "第10至12位"),
    ],
)
def test_a_wrong_code_is_refused_with_the_digits_that_are_wrong(text: str, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        codes.parse(text, field="village")
    assert why in str(refusal.value.message)
    assert refusal.value.field == "village"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.one_of(digits, valid_village, st.from_regex(r"\A35(09|00|80)2[0-9](00|20)[0-9](00|69)[0-9]\Z"))
)
@pytest.mark.django_db
def test_the_database_accepts_exactly_the_codes_the_rules_accept(code: str) -> None:
    level = codes.level_of(code)
    parent = codes.parent_code(code, level or "village")
    with transaction.atomic():
        try:
            with transaction.atomic():
                Division.objects.create(code=code, name="某地", level=level or "village", parent_id=parent)
                accepted = True
        except IntegrityError:
            accepted = False
        assert accepted == bool(level)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_level_and_parent_must_fit_the_code(county: str) -> None:
    for change in (
        {"level": "township"},
        {"parent_id": "350922101000"},
        {"parent_id": None},
        {"urban_rural": "999"},
        {"valid_from": "2026-02-01", "valid_to": "2026-01-01"},
        {"successor_id": "350922204202"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Division.objects.filter(code="350922204204").update(**change)
    village = Division.objects.get(pk="350922204204")
    village.urban_rural = "220"
    village.civil_code = "350922"
    village.full_clean()
    village.level = "township"
    with pytest.raises(ValidationError, match="不相符"):
        village.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code",
    ["3509222042041001", "3509222042042999", "3509222042043001"],
)
def test_grid_codes(county: str, code: str) -> None:
    assert codes.parse_grid(f" {code} ") == code
    assert Grid.objects.create(code=code, name="网格", village_id=code[:12]).get_type_display()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code",
    ["3509222042044001", "3509222042041000", "350922204204101", "3509222040001001", "3509222042021001"],
)
def test_wrong_grid_codes_are_refused_by_rule_and_database(county: str, code: str) -> None:
    if code != "3509222042021001":  # well formed, but of another village
        with pytest.raises(Invalid, match="16位"):
            codes.parse_grid(code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grid.objects.create(code=code, name="网格", village_id="350922204204")


@pytest.mark.parametrize(
    ("name", "base", "place"),
    [
        ("松台村委会", "松台", "松台村"),
        ("中村村委会", "中村", "中村村"),
        ("峦龙村村民委员会", "峦龙", "峦龙村"),
        ("西丰里社区居民委员会", "西丰里", "西丰里社区"),
        ("胜利社区居委会", "胜利", "胜利社区"),
        ("黄田居委会", "黄田", "黄田居委会"),
        ("古田溪电厂社区", "古田溪电厂", "古田溪电厂社区"),
        ("林场生活区", "林场生活区", "林场生活区"),
    ],
)
def test_names_of_places_and_of_their_committees(name: str, base: str, place: str) -> None:
    assert codes.base_name(name) == base
    assert codes.place_name(name) == place


def test_what_codes_say_about_kinds() -> None:
    kinds = {codes.township_kind(f"350922{n}000") for n in ("001", "101", "201", "400")}
    assert kinds == {"街道", "镇", "乡", "类似乡级单位"}
    kinds = {codes.village_kind(f"350922204{n}") for n in ("001", "201", "400", "500")}
    assert kinds == {"居委会", "村委会", "类似居委会", "类似村委会"}
