"""Plays the mediation of a story's dispute: the steps that courses name ``mediation.…``, through the real verbs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit
from minfu.cases.models import Case
from minfu.disputes.models import Mediation, Seat
from minfu.disputes.rules import actions
from minfu.disputes.rules.actions import Sitting, Terms, Who
from minfu.kernel import clock
from minfu.registry.vault import Contact

#: Who acts for the unit in charge, the first that is there.
LEADING = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_CLERK, Role.DEPARTMENT_HANDLER, Role.MEDIATOR)
#: Returns who acts for a unit in the first of some roles that is there.
Acting = Callable[[int, tuple[Role, ...]], Actor]


class Stage:
    """The mediation of one demand, step by step."""

    def __init__(self, case: Case, acting: Acting, phone: str):
        """Find the file that opened when the demand was accepted."""
        self.row = Mediation.objects.filter(case_id=case.pk).latest("pk")
        self.acting, self.phone = acting, phone
        self.lead = acting(self.row.unit_id, LEADING)

    def play(self, verb: str, arguments: dict[str, Any]) -> None:
        """Take one step."""
        getattr(self, f"_{verb}")(**arguments)
        self.row.refresh_from_db()

    def _prepare(self) -> None:
        """Enter the other side, ask both, seat the township's mediator where there is one, begin."""
        contact = Contact(name="对方某某（演示）", phone=self.phone)
        sides = set(self.row.parties.values_list("side", flat=True))
        for side in {"a", "b"} - sides:
            actions.add_party(actor=self.lead, pk=self.row.pk, who=Who(side, contact))
        for party in self.row.parties.all():
            actions.consent(actor=self.lead, pk=self.row.pk, party_id=party.pk, asked_by="in_person")
        self._seat()
        actions.begin(actor=self.lead, pk=self.row.pk)

    def _seat(self) -> None:
        township = self.row.division_id[:9].ljust(12, "0")
        unit = Unit.objects.filter(duty="justice", division_id=township).first()
        who = self.acting(unit.pk, (Role.MEDIATOR,)) if unit else self.lead
        seat = actions.seat(actor=self.lead, pk=self.row.pk, post_id=who.post_id or 0, declared=True)
        if who.user_id != self.lead.user_id:
            actions.declare(actor=who, pk=self.row.pk, seat_id=seat.pk)

    @property
    def _mediator(self) -> Actor:
        seat: Seat = self.row.seats.select_related("post").get(state="seated")
        return self.acting(seat.unit_id, (Role(seat.post.role),))

    def _plan(self, days: int) -> None:
        at = clock.now() + timedelta(days=days)
        actions.plan(actor=self._mediator, pk=self.row.pk, starts_at=at, place="村调解室")

    def _hold(self, minutes: str) -> None:
        told = Sitting(
            starts_at=clock.now() - timedelta(hours=1),
            place="村调解室",
            minutes=minutes,
            parties=list(self.row.parties.values_list("pk", flat=True)),
            seats=list(self.row.seats.filter(state="seated").values_list("pk", flat=True)),
        )
        actions.hold(actor=self._mediator, pk=self.row.pk, sitting=told)

    def _agree(self, form: str, content: str) -> None:
        today = timezone.localdate(clock.now())
        told = Terms(
            form=form,
            facts=self.row.facts,
            dispute="双方对经过没有异议，争的是怎样了结。",
            content=content,
            performance="按协议自行履行，村里回访。",
            agreed_on=today,
            due_on=today + timedelta(days=15),
        )
        actions.agree(actor=self._mediator, pk=self.row.pk, terms_=told)

    def _sign(self) -> None:
        today = timezone.localdate(clock.now())
        actions.sign(actor=self._mediator, pk=self.row.pk, signed_on=today)

    def _fail(self, note: str) -> None:
        actions.fail(
            actor=self._mediator,
            pk=self.row.pk,
            ground="no_agreement",
            ways=["court", "authority"],
            note=note,
        )

    def _apply(self, court: str) -> None:
        today = timezone.localdate(clock.now())
        actions.apply(actor=self._mediator, pk=self.row.pk, applied_on=today, court=court)

    def _court(self, number: str) -> None:
        today = timezone.localdate(clock.now())
        actions.court(actor=self.lead, pk=self.row.pk, confirmed=True, decided_on=today, number=number)

    def _visit(self, finding: str, note: str) -> None:
        actions.visit(actor=self.lead, pk=self.row.pk, finding=finding, note=note)
