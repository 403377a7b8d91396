"""What people write in threads."""

from wtforms import HiddenField

from portal.core.forms import Form, Paragraphs, Words
from portal.core.i18n import N_
from portal.designs.photo_forms import PhotosField
from portal.messages.operations import MOST_PHOTOS


class SendForm(Form):
    token = HiddenField()
    text = Paragraphs(N_("Message"), longest=4000)
    photos = PhotosField(N_("Photos and files"), most=MOST_PHOTOS, files=True)


class TranslationForm(Form):
    text = Paragraphs(N_("Translation"), longest=8000, required=N_("Write the translation."))


class LookForm(Form):
    reason = Words(N_("Why do you need to read it?"), longest=300, required=N_("Say why. Both sides will see it."))
