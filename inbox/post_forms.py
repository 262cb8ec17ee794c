"""What people say when they plan a post: its words for all and for each channel, its files, why, and when."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from brandvoice.spans import Span
from inbox.actions.attachments import NewFile
from inbox.actions.post_rows import MOST_FILES, NewPost
from inbox.actions.post_spans import cited
from inbox.forms import WhenField, one_line_end
from inbox.models import Channel, Objective, Post, PostFile, PostVariant
from inbox.models.posts import LONGEST_TEXT
from inbox.models.uploads import LONGEST_ALT
from inbox.post_words import spans_in, written
from inbox.queries.posts import channels_to_post_on, zone_of
from inbox.queries.purposes import purposes_of


class PostForm(forms.Form):
    """A post, new or as it is now."""

    text = forms.CharField(
        label=_("What all channels say"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=True,
        widget=forms.Textarea({"rows": 6, "class": "input", "dir": "auto"}),
    )
    topic = forms.CharField(
        label=_("Topic"),
        required=False,
        max_length=80,
        help_text=_("As tickets show it: incidents and approvals go by it."),
        widget=forms.TextInput({"class": "input"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, user: User, post: Post | None, data: QueryDict | None = None, at: datetime | None = None
    ) -> None:
        self.user, self.post = user, post
        self.variants: dict[int, PostVariant] = (
            {variant.channel_id: variant for variant in post.variants.all()} if post else {}
        )
        self.kept: list[PostFile] = list(post.files.order_by("pk")) if post else []
        super().__init__(data, initial=_initial(post, at))
        organization = user.organization_id or 0
        self.channels = channels_to_post_on(organization)
        self.zone = zone_of(user.organization)
        self.fields["purpose"] = forms.ChoiceField(
            label=_("Purpose"),
            choices=[("", _("Choose…")), *((one.key, one.shown_name) for one in purposes_of(organization))],
            widget=forms.Select({"class": "input"}),
        )
        self.fields["objective"] = forms.ModelChoiceField(
            label=_("Objective"),
            queryset=Objective.objects.filter(organization=organization).order_by("name"),
            empty_label=_("Choose…"),
            widget=forms.Select({"class": "input"}),
        )
        self.fields["publish_at"] = WhenField(self.zone, _("Goes out"))
        self.fields["publish_at"].widget.attrs["class"] = "input"
        for channel in self.channels:
            self._add_channel(channel)

    def clean(self) -> dict[str, object]:
        """Refuse a post for no channel, and more files than go with one."""
        said = super().clean() or {}
        if not any(said.get(f"on_{channel.pk}") for channel in self.channels):
            self.add_error(None, _("Choose a channel."))
        return said

    def clean_publish_at(self) -> datetime | None:
        """Return the moment; that of the post where it reads the same: an hour may come twice on a day."""
        said: datetime | None = self.cleaned_data["publish_at"]
        kept = self.post.publish_at if self.post else None
        field = self.fields["publish_at"]
        return kept if kept and said and field.prepare_value(kept) == field.prepare_value(said) else said

    @property
    def choices(self) -> Iterator[tuple[Channel, forms.BoundField, forms.BoundField]]:
        """Yield each channel with its box and the field for words of its own."""
        for channel in self.channels:
            yield channel, self[f"on_{channel.pk}"], self[f"words_{channel.pk}"]

    def new_post(self, request: HttpRequest) -> NewPost:
        """Return what was said, once it is valid, with the files that came along."""
        said = self.cleaned_data
        names = ("text", "topic", "purpose", "objective", "publish_at", "client_uuid")
        return NewPost(
            **{name: said[name] for name in names},
            language=self.language,
            spans=self.held,
            channels={channel.pk: said[f"words_{channel.pk}"] for channel in self.channels if said[f"on_{channel.pk}"]},
            files=[(file, "") for file in new_files(request.FILES)],
            alts={file.pk: self.data.get(f"alt_{file.pk}", "") for file in self.kept if self._keeps(file)},
        )

    def clean_text(self) -> str:
        """Return the text with every line ended by one character, as spans count them."""
        return one_line_end(self.cleaned_data["text"])

    @property
    def said(self) -> str:
        """Return what all channels say, as it stands in the form."""
        if self.is_bound:
            return one_line_end(self.data.get("text", "")).strip()[:LONGEST_TEXT]
        return self.post.text if self.post else ""

    @property
    def held(self) -> tuple[Span, ...]:
        """Return where signed words stand in what all channels say."""
        if self.is_bound:
            return spans_in(self.data, self.said)
        return cited(self.post.spans.all()) if self.post else ()

    @property
    def spans(self) -> str:
        """Return the same as the form keeps it beside the text."""
        return written(self.held)

    def sketch(self) -> tuple[Post, list[PostVariant], list[PostFile], tuple[Span, ...]]:
        """Return what stands in the form now, stored or not, for a preview; what is missing is empty."""
        post = Post(
            organization_id=self.user.organization_id or 0,
            text=self.said,
            topic=self.data.get("topic", "")[:80],
            purpose=self.data.get("purpose", "")[:20],
            language=self.language,
            author=self.user,
        )
        variants = [
            PostVariant(
                post=post, channel=channel, text=self.data.get(f"words_{channel.pk}", "").strip()[:LONGEST_TEXT]
            )
            for channel in self.chosen
        ]
        for file in self.kept:
            file.alt = self.data.get(f"alt_{file.pk}", file.alt)[:LONGEST_ALT]
        return post, variants, [file for file in self.kept if self._keeps(file)], self.held

    @property
    def language(self) -> str:
        """Return the language that a program has given the post; "" for that of each channel's brand."""
        return self.post.language if self.post else ""

    @property
    def sharing(self) -> list[Channel]:
        """Return the chosen channels that have no words of their own."""
        if self.is_bound:
            return [channel for channel in self.chosen if not self.data.get(f"words_{channel.pk}", "").strip()]
        return [channel for channel in self.chosen if not self.variants[channel.pk].text]

    @property
    def chosen(self) -> list[Channel]:
        """Return the channels whose boxes are ticked."""
        if self.is_bound:
            return [channel for channel in self.channels if self.data.get(f"on_{channel.pk}")]
        return [channel for channel in self.channels if channel.pk in self.variants]

    def _keeps(self, file: PostFile) -> bool:
        return f"drop_{file.pk}" not in self.data

    def _add_channel(self, channel: Channel) -> None:
        variant = self.variants.get(channel.pk)
        self.fields[f"on_{channel.pk}"] = forms.BooleanField(
            label=str(channel.name), required=False, initial=variant is not None
        )
        self.fields[f"words_{channel.pk}"] = forms.CharField(
            label=_("Other words for %(channel)s") % {"channel": channel.name},
            required=False,
            max_length=LONGEST_TEXT,
            initial=variant.text if variant else "",
            widget=forms.Textarea({"rows": 3, "class": "input", "dir": "auto"}),
        )


class MoveForm(forms.Form):
    """When a post goes out instead: a moment, or another day at the same time."""

    def __init__(self, post: Post, data: QueryDict) -> None:
        super().__init__(data)
        self.post, self.zone = post, zone_of(post.organization)
        self.fields["publish_at"] = WhenField(self.zone)
        self.fields["day"] = forms.DateField(required=False)

    @property
    def moment(self) -> datetime | None:
        """Return the moment, once the form is valid."""
        said, was = self.cleaned_data, self.post.publish_at
        if said["day"] and was:
            return datetime.combine(said["day"], was.astimezone(self.zone).timetz())
        moment: datetime | None = said["publish_at"]
        return moment


def new_files(sent: MultiValueDict[str, "UploadedFile[bytes]"]) -> Sequence[NewFile]:
    """Return the files that came with a form."""
    return [NewFile(file.name or "", file.read()) for file in sent.getlist("files")[: MOST_FILES + 1]]


def _initial(post: Post | None, at: datetime | None) -> dict[str, object]:
    if post is None:
        return {"client_uuid": uuid4(), "publish_at": at}
    names = ("text", "topic", "purpose", "objective", "publish_at", "version")
    return {name: getattr(post, name) for name in names}
