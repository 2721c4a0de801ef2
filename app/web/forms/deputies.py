"""Forms of one person's reminders: when and how many, and who stands in."""

from __future__ import annotations

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.web.forms import Form, offered
from workflows.digest import HOURS

HOUSE = 0
"""The choice that leaves the hour to the house."""


class Reminders(Form):
    hour = SelectField(
        "每天汇总信的时刻",
        coerce=int,
        description="不急的事一天合成一封，在这个时刻发；急的随时发。只在工作日8时至20时发信。",
    )
    fewer = BooleanField("少收提醒：只留到期前最后一次预告，不收抄送")

    def offer(self, house: int) -> None:
        """The hours to choose from; `house` is the one that holds where nobody chooses."""
        chosen = ((hour, f"{hour}时") for hour in HOURS)
        self.hour.choices = offered([(HOUSE, f"统一时刻（{house}时）"), *chosen])

    @property
    def chosen_hour(self) -> int | None:
        return self.hour.data or None


class Absence(Form):
    deputy = SelectField("代理人", coerce=int)
    from_on = DateField("开始", [InputRequired("请填写开始日期。")])
    until_on = DateField("结束", [InputRequired("请填写结束日期。")], description="开始和结束当天都算。")
    reason = StringField("原因", [Length(max=200)], description="例如：出差、学习、休假。可以不填。")
