"""Forms of bulletins: what is begun, written by hand, chosen, signed, printed and explained."""

from __future__ import annotations

from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.services.bulletins import LONGEST_TEXT
from app.services.issuing import LONGEST_APPROVAL, LONGEST_BACK
from app.services.naming import LONGEST_EXPLANATION, LONGEST_REASON
from app.web.forms import Form
from app.web.forms.fields import VersionField, WordsField, require_words


class Begin(Form):
    """拟稿; the choice is a plan, a kind and a period in one value."""

    what = SelectField("通报", validate_choice=False)


class Seen(Form):
    """A step that needs no words; it is taken on what the page showed."""

    seen_version = VersionField()


class Cutoff(Seen):
    on = DateField(
        "截止日",
        [Optional()],
        description="不填就截到本期最后一天。取数以后，文字按新数字重拟；手工改过的部分保留。",
    )


class Heading(Seen):
    title = StringField("标题", [InputRequired("请填写标题。"), Length(max=300, message="标题最多300字。")])
    issuers = WordsField(
        "发文机关",
        [require_words("请填写发文机关。")],
        description="每行一个；联合行文的都写上，第一行是主办机关。",
        render_kw={"data-limit": None},
    )
    recipients = SelectMultipleField("发送单位", coerce=int, validate_choice=False)
    ranking = BooleanField("附单位分组排名表")


class Section(Seen):
    text = WordsField(
        "文字",
        [require_words("这一部分不能空着。")],
        longest=LONGEST_TEXT,
        render_kw={"data-limit": None},
    )


class Namings(Seen):
    named = SelectMultipleField(validate_choice=False)


class Drop(Seen):
    words = StringField(
        "不再点名的理由", [Length(max=LONGEST_REASON, message=f"理由最多{LONGEST_REASON}字。")]
    )


class Back(Seen):
    words = StringField("退回修改的意见", [Length(max=LONGEST_BACK, message=f"意见最多{LONGEST_BACK}字。")])


class Sign(Seen):
    approval = StringField(
        "签发人和签批日期",
        [Length(max=LONGEST_APPROVAL, message=f"最多{LONGEST_APPROVAL}字。")],
        description="县领导在纸质稿上签发的，写明姓名职务和日期，例如：副县长某某2025年4月8日签发。",
    )


class Publish(Seen):
    number = StringField(
        "文号",
        [InputRequired("请填写文号。"), Length(max=80)],
        description="例如：清政督〔2025〕3号。",
    )
    issue = IntegerField("期号", [Optional()], description="按期编号的填，例如：3。没有就不填。")


class Explain(Seen):
    words = WordsField(
        "情况说明",
        [
            require_words("请写明情况说明。"),
            Length(max=LONGEST_EXPLANATION, message=f"说明最多{LONGEST_EXPLANATION}字，请精简。"),
        ],
        description=f"写明原因、已采取的措施和赶上序时的日期，最多{LONGEST_EXPLANATION}字。说明会印在通报上。",
        render_kw={"data-limit": LONGEST_EXPLANATION},
    )
