"""Addresses of the inbox."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from inbox.queries.listed import ANSWERS, OFFERED, SENT
from inbox.queries.lists import SAVED, VIEW_NAMES
from inbox.queries.reputation_lists import BEHIND
from inbox.views import (
    approvals,
    availability,
    both_replies,
    brands,
    briefings,
    completions,
    coverage,
    custom_fields,
    customers,
    drafts,
    files,
    finding,
    incident_reports,
    incidents,
    links,
    listed,
    macros,
    merges,
    notification_choices,
    notifications,
    pages,
    post_calendar,
    posts,
    privacy,
    pushes,
    questions,
    readings,
    recall,
    regrouping,
    replies,
    reputation,
    saved_views,
    similar,
    spam,
    spikes,
    splits,
    surveys,
    templates,
    ticket_rules,
    tickets,
    translations,
    uploads,
)


class ViewConverter(StringConverter):
    """One of the inbox's views, or one that somebody has saved."""

    regex = "|".join((*VIEW_NAMES, SAVED))


class AnswerConverter(StringConverter):
    """How customers' messages were answered."""

    regex = "|".join(ANSWERS)


class UseConverter(StringConverter):
    """What became of a position's words."""

    regex = "|".join((*OFFERED, *SENT))


class FileConverter(StringConverter):
    """What figures can be handed out as."""

    regex = "csv|xlsx"


class BehindConverter(StringConverter):
    """What a number of the reputation page counts."""

    regex = "|".join(BEHIND)


register_converter(FileConverter, "file_kind")
register_converter(BehindConverter, "behind")
register_converter(ViewConverter, "view")
register_converter(AnswerConverter, "answer")
register_converter(UseConverter, "use")

app_name = "inbox"
urlpatterns = [
    path("inbox/", pages.home, name="home"),
    path("s/<str:token>/", surveys.survey, name="survey"),
    path("search/completions/", completions.show_completions, name="completions"),
    path("search/recent/", completions.remember, name="remember_search"),
    path("search/recent/forget/", completions.forget, name="forget_searches"),
    path("find/", finding.find, name="find"),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/seen/", notifications.see_all, name="see_all"),
    path("notifications/choices/", notification_choices.choices, name="notification_choices"),
    path("notifications/browsers/", pushes.tell_here, name="tell_browser"),
    path("notifications/browsers/<int:pk>/words/", pushes.choose_words, name="browser_words"),
    path("notifications/browsers/<int:pk>/forget/", pushes.forget, name="forget_browser"),
    path("service-worker.js", pushes.service_worker, name="service_worker"),
    path("tickets/<int:number>/follow/", notifications.follow, name="follow"),
    path("tickets/<int:number>/people/", notifications.people, name="people"),
    path("availability/", availability.availability, name="availability"),
    path("availability/people/", availability.people, name="attendance"),
    path("availability/people/<int:pk>/", availability.person, name="attendance_of"),
    path("inbox/brand/", brands.choose_brand, name="choose_brand"),
    path("inbox/counts/", pages.show_counts, name="counts"),
    path("inbox/<view:view>/", pages.show_view, name="view"),
    path("inbox/<view:view>/list/", pages.show_list, name="list"),
    path("inbox/<view:view>/<int:number>/", pages.show_page, name="page"),
    path("tickets/<int:number>/", tickets.show_ticket, name="ticket"),
    path("tickets/<int:number>/thread/", tickets.show_thread, name="thread"),
    path("tickets/<int:number>/voice/", tickets.show_voice, name="voice"),
    path("tickets/<int:number>/similar/", similar.show_similar, name="similar"),
    path("tickets/<int:number>/seen/", tickets.note_seen, name="note_seen"),
    path("tickets/<int:number>/sight/", tickets.see, name="see"),
    path("tickets/<int:number>/adapt/", tickets.adapt, name="adapt"),
    path("tickets/<int:number>/assign/", tickets.assign, name="assign"),
    path("tickets/<int:number>/resolve/", tickets.resolve, name="resolve"),
    path("tickets/<int:number>/reopen/", tickets.reopen, name="reopen"),
    path("tickets/<int:number>/snooze/", tickets.snooze, name="snooze"),
    path("tickets/<int:number>/status/", tickets.status, name="status"),
    path("tickets/<int:number>/priority/", tickets.prioritise, name="priority"),
    path("tickets/<int:number>/customer/", tickets.describe, name="describe"),
    path("tickets/<int:number>/fields/", custom_fields.fill_ticket, name="ticket_fields"),
    path("tickets/<int:number>/customer/fields/", custom_fields.fill_customer_of_ticket, name="fields_of_customer"),
    path("tickets/<int:number>/labels/", tickets.label, name="labels"),
    path("tickets/change/", tickets.change_many, name="change_many"),
    path("tickets/<int:number>/spam/", spam.mark, name="spam"),
    path("tickets/<int:number>/not-spam/", spam.unmark, name="not_spam"),
    path("tickets/<int:number>/block/", spam.block_or_ask, name="block"),
    path("tickets/<int:number>/unblock/", spam.unblock, name="unblock"),
    path("tickets/<int:number>/link/", links.link_or_ask, name="link"),
    path("tickets/<int:number>/follow-up/", links.follow_up, name="follow_up"),
    path("links/<int:pk>/remove/", links.unlink, name="unlink"),
    path("tickets/<int:number>/relations/", regrouping.show_relations, name="relations"),
    path("tickets/<int:number>/merge/", regrouping.merge_or_ask, name="merge"),
    path("tickets/<int:number>/split/", splits.split_or_ask, name="split"),
    path("regroupings/<int:pk>/undo/", regrouping.undo, name="undo_regrouping"),
    path("tickets/<int:number>/reply/", replies.reply, name="reply"),
    path("tickets/<int:number>/hand-over/", approvals.hand_over, name="hand_over"),
    path("briefing/", briefings.show, name="briefing"),
    path("briefing/read/", briefings.read, name="read_briefing"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/bar/", incidents.bar, name="incident_bar"),
    path("incidents/new/", incidents.declare, name="declare_incident"),
    path("incidents/<int:pk>/", incidents.show, name="incident"),
    path("incidents/<int:pk>/change/", incidents.change, name="change_incident"),
    path("incidents/<int:pk>/read/", incidents.acknowledge, name="acknowledge_incident"),
    path("incidents/<int:pk>/report.pdf", incident_reports.as_pdf, name="incident_pdf"),
    path("incidents/<int:pk>/report.csv", incident_reports.as_csv, name="incident_csv"),
    path("incidents/<int:pk>/end/", incidents.end, name="end_incident"),
    path("spikes/", spikes.spike_list, name="spikes"),
    path("spikes/<int:pk>/", spikes.show, name="spike"),
    path("spikes/<int:pk>/ask/", spikes.ask, name="ask_about_spike"),
    path("spikes/<int:pk>/write/", spikes.write, name="write_spike_position"),
    path("spikes/<int:pk>/dismiss/", spikes.dismiss, name="dismiss_spike"),
    path("posts/", posts.post_list, name="posts"),
    path("posts/calendar/", post_calendar.calendar, name="post_calendar"),
    path("posts/new/", posts.new, name="new_post"),
    path("posts/preview/", posts.preview, name="preview_post"),
    path("posts/<int:pk>/", posts.show, name="post"),
    path("posts/<int:pk>/change/", posts.change, name="change_post"),
    path("posts/<int:pk>/schedule/", posts.schedule, name="schedule_post"),
    path("posts/<int:pk>/move/", posts.move, name="move_post"),
    path("posts/<int:pk>/cancel/", posts.cancel, name="cancel_post"),
    path("posts/<int:pk>/redraft/", posts.redraft, name="redraft_post"),
    path("posts/<int:pk>/release/", posts.release, name="release_post"),
    path("posts/<int:pk>/approve/", posts.approve, name="approve_post"),
    path("posts/<int:pk>/send-back/", posts.send_back, name="send_back_post"),
    path("posts/files/<int:pk>/", posts.show_file, name="post_file"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<int:pk>/approve/", approvals.approve, name="approve"),
    path("approvals/<int:pk>/change/", approvals.change_and_approve, name="change_and_approve"),
    path("approvals/<int:pk>/send-back/", approvals.send_back, name="send_back"),
    path("tickets/<int:number>/note/", replies.note, name="note"),
    path("tickets/<int:number>/drafts/", drafts.shared, name="shared_drafts"),
    path("tickets/<int:number>/draft/own/", drafts.own, name="own_draft"),
    path("tickets/<int:number>/draft/share/", drafts.share, name="share_draft"),
    path("tickets/<int:number>/draft/pass/", drafts.pass_on, name="pass_draft"),
    path("drafts/<int:pk>/take/", drafts.take, name="take_draft"),
    path("drafts/versions/<int:pk>/restore/", drafts.restore, name="restore_draft"),
    path("tickets/<int:number>/draft/", replies.draft, name="draft"),
    path("tickets/<int:number>/guard/", replies.check, name="guard"),
    path("tickets/<int:number>/overtaken/", replies.show_overtaken, name="overtaken"),
    path("tickets/<int:number>/macros/", macros.menu, name="macro_menu"),
    path("tickets/<int:number>/macros/<int:pk>/run/", macros.run, name="run_macro"),
    path("macros/", macros.macro_list, name="macros"),
    path("macros/several/", macros.several, name="macros_for_several"),
    path("macros/new/", macros.new, name="new_macro"),
    path("macros/<int:pk>/", macros.change, name="macro"),
    path("macros/<int:pk>/delete/", macros.delete, name="delete_macro"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/<int:pk>/", customers.show_customer, name="customer"),
    path("customers/<int:pk>/fields/", custom_fields.fill_customer, name="customer_fields"),
    path("customers/<int:pk>/vip/", customers.mark, name="mark_customer"),
    path("customers/<int:pk>/notes/", customers.note, name="customer_note"),
    path("customers/<int:pk>/notes/<int:note_id>/delete/", customers.delete_note, name="delete_customer_note"),
    path("customers/<int:pk>/consents/", customers.consent, name="customer_consent"),
    path("customers/<int:pk>/consents/<int:consent_id>/withdraw/", customers.withdraw, name="withdraw_consent"),
    path("views/", saved_views.view_list, name="saved_views"),
    path("views/new/", saved_views.new, name="new_view"),
    path("views/<int:pk>/", saved_views.change, name="saved_view"),
    path("views/<int:pk>/move/", saved_views.move, name="move_view"),
    path("views/<int:pk>/delete/", saved_views.delete, name="delete_view"),
    path("customers/<int:pk>/privacy/", privacy.show_privacy, name="privacy"),
    path("customers/<int:pk>/export/", privacy.export, name="export_customer"),
    path("customers/<int:pk>/erase/", privacy.erase, name="erase_customer"),
    path("customers/jobs/", privacy.job_list, name="privacy_jobs"),
    path("customers/jobs/<int:job_id>/", privacy.show_job, name="privacy_job"),
    path("customers/jobs/<int:job_id>/file/", privacy.fetch, name="privacy_file"),
    path("customers/<int:pk>/merge/", merges.choose, name="choose_merge"),
    path("customers/<int:pk>/merges/", merges.merge, name="merge_customer"),
    path("customers/<int:pk>/merges/<int:merge_id>/undo/", merges.undo, name="undo_merge"),
    path("automation/", ticket_rules.rule_list, name="rules"),
    path("automation/new/", ticket_rules.new, name="new_rule"),
    path("automation/try/", ticket_rules.attempt, name="try_rule"),
    path("automation/<int:pk>/", ticket_rules.change, name="rule"),
    path("automation/<int:pk>/switch/", ticket_rules.switch, name="switch_rule"),
    path("automation/<int:pk>/delete/", ticket_rules.delete, name="delete_rule"),
    path("deliveries/<int:delivery_id>/retry/", replies.retry, name="retry"),
    path("deliveries/<int:delivery_id>/take-back/", replies.take_back, name="take_back"),
    path("tickets/<int:number>/ask/", questions.ask, name="ask"),
    path("tickets/<int:number>/ask/like/", questions.like, name="like_questions"),
    path("messages/<int:pk>/reading/", readings.show_reading, name="reading"),
    path("messages/<int:pk>/translation/", translations.translation, name="translation"),
    path("messages/<int:pk>/reading/correct/", readings.correct_message, name="correct_reading"),
    path("files/<int:pk>/", files.show_file, name="file"),
    path("files/sent/<str:token>/", files.show_sent_file, name="sent_file"),
    path("tickets/<int:number>/public-guard/", both_replies.check, name="public_guard"),
    path("tickets/<int:number>/template/", templates.fill, name="fill_template"),
    path("tickets/<int:number>/uploads/", uploads.add, name="add_upload"),
    path("uploads/<int:pk>/", uploads.show, name="upload"),
    path("uploads/<int:pk>/describe/", uploads.describe, name="describe_upload"),
    path("uploads/<int:pk>/drop/", uploads.drop, name="drop_upload"),
    path("questions/", questions.question_list, name="questions"),
    path("questions/<int:pk>/near/", questions.near, name="near"),
    path("questions/<int:pk>/answer/", questions.answer, name="answer"),
    path("questions/<int:pk>/point/", questions.point, name="point"),
    path("questions/<int:pk>/decline/", questions.decline, name="decline"),
    path("coverage/", coverage.show_coverage, name="coverage"),
    path("coverage/messages/<answer:answer>/", listed.show_messages, name="coverage_messages"),
    path("coverage/positions/<int:pk>/<use:what>/", listed.show_usage, name="usage"),
    path("coverage/habits/<int:pk>/", listed.show_habit, name="habit"),
    path("coverage/questions/<int:pk>/write/", coverage.write, name="write_position"),
    path("coverage/questions/<int:pk>/ask/", coverage.ask, name="ask_about"),
    path("reputation/", reputation.show_reputation, name="reputation"),
    path("reputation/reports/save/", reputation.save, name="save_report"),
    path("reputation/reports/<int:pk>/forget/", reputation.forget, name="forget_report"),
    path("reputation/export.<file_kind:kind>", reputation.export, name="export_reputation"),
    path("reputation/behind/<behind:behind>/", reputation.show_behind, name="behind"),
    path("recall/<int:version_id>/", recall.show_recall, name="recall"),
    path("recall/<int:version_id>/correct/", recall.correct, name="correct"),
]
