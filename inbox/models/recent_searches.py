"""What a person has searched for lately: to search for it again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecentSearch(models.Model):
    """One search of one person, as they typed it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recent_searches", db_index=False)
    text = models.CharField(max_length=300)
    searched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recent search")
        verbose_name_plural = _("recent searches")
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="recent_search_once")]

    def __str__(self) -> str:
        return self.text
