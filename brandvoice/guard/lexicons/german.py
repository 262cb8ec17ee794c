"""What the built-in rules look for in German."""

_TO_TWELVE = r"(?:ein(?:e[rmns]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)"
_NUMBER = rf"(?:\d{{1,6}}(?:[.,]\d{{1,3}})*|{_TO_TWELVE}|\w+zig|\w+zehn|hundert|tausend|(?:einigen?|wenigen?|ein paar|paar|mehreren?|ander?thalb|eineinhalb|eine[rmns]? halbe[nr]?))"
_RANGE = rf"{_NUMBER}(?: ?(?:-|–|/|bis|oder|und) ?{_NUMBER})?"
_UNIT = r"(?:(?:volle[nr]? |ganze[nr]? |weitere[nr]? )?(?:minuten?|stunden?|tage?n?|werktage?n?|arbeitstage?n?|wochen?|monate?n?|quartale?n?|jahre?n?))"
_WEEKDAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)"
_MONTH = r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
_CLOCK = r"\d{1,2}(?:[:.]\d\d)? uhr"
_DATE = rf"\d{{1,2}}\. ?(?:{_MONTH}|\d{{1,2}}\.)(?: ?20\d\d)?"
_NEXT = r"(?:diese|nächste|kommende|folgende)[nrms]?"
_WHEN = (
    rf"(?:(?:noch |schon )?(?:heute|morgen)(?: noch| früh| mittag| nachmittag| abend| nacht)?|übermorgen|(?:{_NEXT} )?{_WEEKDAY}(?: früh| abend| nachmittag)?"
    rf"|{_NEXT} (?:woche|monat|jahr|wochenende|quartal)|(?:ende|anfang|mitte) (?:der woche|des (?:monats|jahres)|{_NEXT} (?:woche|monats?)|{_MONTH})|(?:wochen|monats|jahres)ende|{_DATE}|{_CLOCK})"
)
_SOON = r"(?:umgehend|unverzüglich|sofort|in kürze|demnächst|bald|schnellstens|gleich|jeden moment|zeitnah)"
_MONEY = r"(?:geld|betrag|kosten|\w*gebühr(?:en)?|\w*preis|\w*kosten|summe|differenz|gutschrift|erstattung|rechnung)"
_WHO = r"(?:wir|ich|er|man|(?:(?:ein|eine|der|die|das|mein|meine|unser|unsere) )?(?:\w+ )?(?:kolleg(?:e|in|en|innen)|team|technik\w*|fachabteilung|abteilung|mitarbeiter(?:in)?|kundendienst|kundenservice|fahrer|zusteller))"
# What somebody does for the customer, in one word or with a particle at the end of the sentence.
_DOES = (
    r"(?:meld(?:e|en|et) (?:uns|mich|sich)|informier(?:e|en|t)|benachrichtig(?:e|en|t)|schick(?:e|en|t)|send(?:e|en|et)|liefer(?:e|n|t)|beheb(?:e|en|t)|korrigier(?:e|en|t)|reparier(?:e|en|t)|ersetz(?:e|en|t)"
    r"|kümmer(?:e|n|t) (?:uns|mich|sich)|sorg(?:e|en|t) dafür|veranlass(?:e|en|t)|überweis(?:e|en|t)|stornier(?:e|en|t)|entsperr(?:e|en|t)|antwort(?:e|en|et)|beantwort(?:e|en|et)|verläng(?:re|ern|ert)|erlass(?:e|en)|übernehm(?:e|en)|übernimmt)"
)
_DOES_APART = (
    r"(?:(?:geb|leit)(?:e|en|et)|gibt|(?:ruf|schreib|halt|tausch|schalt|stell|zahl|komm|pass|bau|nehm)(?:e|en|t|et)|geht|gehen|hält)"
    r" (?:[\w-]+ ){0,8}(?:weiter|zurück|gut|an|aus|um|frei|zu|auf dem laufenden|raus|heraus|ein|ab|vor)"
)

WORDS: dict[str, tuple[str, ...]] = {
    "claim.price": (
        r"\d+(?:[.,]\d{1,2})? (?:euro|cent|franken|dollar|pfund)",
        r"(?:kostenlos|gratis|kostenfrei|umsonst|gebührenfrei|portofrei|versandkostenfrei)(?:e[nmrs]?)?|zum halben preis|ohne (?:weitere |zusätzliche |jede )?(?:kosten|aufpreis|gebühr(?:en)?)",
        r"(?:keine|keinerlei) (?:weiteren |zusätzlichen |versteckten )?(?:kosten|gebühren)|(?:kostet|kosten) (?:\w+ )?nichts|der preis (?:sinkt|steigt|bleibt|beträgt|liegt)(?: [\w,]+){0,4}|\d+ ?% (?:rabatt|nachlass)",
    ),
    "claim.number": (
        r"\d+(?:[.,]\d+)? prozent",
        rf"{_NUMBER} von (?:\d[\d.]*|zehn|hundert|drei|vier) \w+",
        rf"(?:bis zu|mindestens|höchstens|maximal|mehr als|weniger als|über|nur) (?:\d[\d.,]*|{_TO_TWELVE}) (?:\w+ )?(?:mal|personen|kund\w+|nutzer\w*|mitglieder\w*|geräte\w*|konten|artikel\w*|haushalte\w*|bildschirme\w*|profile\w*|fotos|dateien|seiten|gb|mb|km|kilometer|kg|kilo|punkte\w*|stück|plätze\w*|filialen|karten|fahrten)",
        r"(?:bis zu|mindestens|höchstens|maximal|mehr als|weniger als) \d[\d.,]*(?: \w+)?|\d{1,3}(?:\.\d{3})+ \w+",
    ),
    "claim.date": (
        rf"(?:geboren am )?\d{{1,2}}\. ?{_MONTH}(?: (?:19|20)\d\d)?|(?:ab|bis|im|seit) {_MONTH}(?: 20\d\d)?",
        rf"(?:am|ab|bis|vom?|bis zum) (?:{_NEXT} )?{_WEEKDAY}|{_WEEKDAY}s?(?:,| und| bis|-|–) ?(?:{_WEEKDAY})s?|(?:werktags|sonntags|montags|samstags|wochentags|an wochenenden|an feiertagen)",
        rf"(?:ab|bis|um|von|gegen) {_CLOCK}|(?:von )?\d{{1,2}}(?:[:.]\d\d)? ?(?:-|–|bis) ?{_CLOCK}|rund um die uhr|(?:täglich|jeden tag|jede woche|einmal (?:täglich|pro \w+|im \w+))",
    ),
    "claim.deadline": (
        rf"(?:innerhalb|binnen)(?: von)? (?:der nächsten |den nächsten )?{_RANGE} {_UNIT}",
        rf"in (?:den nächsten |etwa |ca\. |spätestens |rund |nur |weniger als )?{_RANGE} {_UNIT}",
        rf"(?:bis|spätestens|vor|ab|noch)(?: (?:am|zum|bis|ende|spätestens|in))* {_WHEN}|{_WHEN} spätestens|nur noch heute|nicht später als {_WHEN}|im laufe (?:des tages|der woche|des \w+)",
        rf"(?:dauert|dauern|bis zu|höchstens|maximal|mindestens|nach|frist von)(?: [\w.]+){{0,4}}? {_RANGE} {_UNIT}|{_RANGE} (?:werk|arbeits)tagen?",
        rf"{_NEXT} (?:woche|monat|jahr|wochenende)",
        rf"(?:hoffentlich (?:[\w-]+ ){{0,4}})?(?:wird|werden|ist|sind|haben|hat|geht|gehen|kommt|kommen|{_WHO} \w+) (?:[\w-]+ ){{0,5}}(?:heute|morgen|übermorgen|{_SOON})(?: noch| wieder)?",
        r"(?:umgehend|unverzüglich|sofort|in kürze|demnächst|schnellstens)",
    ),
    "claim.refund": (
        rf"(?:erstatte[nt]?|rückerstatte[nt]?|ersetze[nt]?|entschädige[nt]?|erlasse[nt]?)(?: \w+){{0,4}}(?: {_MONEY})?",
        r"(?:erstattet|zurückerstattet|ersetzt|gutgeschrieben|zurückgezahlt|überwiesen|entschädigt|storniert|umgetauscht|ausgetauscht)",
        r"(?:[\w-]+ ){0,5}[„“]?(?:(?:rück)?erstattung(?:en)?|entschädigung(?:en)?|gutschrift(?:en)?|gutscheine?|schadenersatz|schadensersatz|geld zurück|kulanz|ersatzlieferung|rabatt)",
        rf"(?:bekommen|erhalten|bekommst|erhältst|kriegst) (?:[\w-]+ ){{0,5}}zurück|(?:{_MONEY}) (?:[\w-]+ ){{0,5}}(?:zurück|erstatten|entfällt|entfallen|übernehmen|erlassen|gut)|(?:{_MONEY}) ist (?:[\w-]+ ){{0,5}}auf (?:ihrem|deinem) konto",
        r"(?:schreib(?:e|en|t)|zahl(?:e|en|t)|tausch(?:e|en|t)) (?:[\w-]+ ){1,7}(?:gut|zurück|aus|um)",
    ),
    "claim.promise": (
        r"(?:wir|ich) verspreche(?:n)?|versprochen|sie haben (?:mein|unser) wort|verlassen sie sich darauf",
        r"(?:wir|ich|kolleg(?:e|in|en|innen)|das team) (?:werden?|wird) (?:[\w-]+ ){0,8}"
        r"(?:melden|anrufen|zurückrufen|schreiben|antworten|informieren|beheben|lösen|klären|reparieren|schicken|senden|liefern|weiterleiten|weitergeben|kümmern|prüfen|freischalten|erstatten|ersetzen|austauschen)",
        rf"{_WHO} {_DOES}(?: [\w-]+){{0,5}}|{_DOES} (?:wir|ich)(?: [\w-]+){{0,5}}|{_WHO} {_DOES_APART}|(?:geb|leit|ruf|schreib|halt|tausch|schalt|stell|zahl)(?:e|en) (?:wir|ich) (?:[\w-]+ ){{0,8}}(?:weiter|zurück|gut|an|aus|um|frei|zu|auf dem laufenden|raus)",
        r"(?:[\w-]+ ){1,3}(?:geht|gehen|kommt|kommen) (?:[\w-]+ ){0,4}(?:raus|heraus|an|zu ihnen|bei ihnen an)",
        r"und (?:melden|melde|meldet) (?:uns|mich|sich)(?: [\w-]+){0,4}",
        r"(?:wird|werden) (?:[\w-]+ ){0,7}(?:behoben|gelöst|repariert|geschickt|zugeschickt|geliefert|versandt|zugestellt|freigeschaltet|korrigiert|verbessert|erledigt|ausgetauscht|ersetzt|informiert|bearbeitet)",
        r"(?:sie|du) (?:bekommen|erhalten|bekommst|erhältst|hören|hörst)(?: [\w-]+){1,6}|(?:bekommen|erhalten|hören|haben) sie (?:\w+ ){0,3}(?:von uns|antwort|bescheid|rückmeldung|ersatz)(?: von uns)?|kommt nicht (?:wieder|mehr) vor|wird nicht (?:wieder|mehr) (?:vorkommen|passieren)",
        r"(?:wir|ich) (?:\w+ )?(?:\w+ ){0,3}(?:niemals|nie|immer|stets|grundsätzlich)(?: [\w-]+){0,4}|sollte (?:\w+ ){0,3}wieder (?:\w+ )?(?:laufen|funktionieren|gehen|da sein|verfügbar sein)",
    ),
    "claim.guarantee": (
        r"garanti(?:e|en|ert|eren|ere|erte[nrs]?)|zusicher(?:n|ung)|(?:wir|ich) (?:sichern?|versichern?) (?:ihnen|dir)|hundertprozentig(?:e[nmrs]?)?|100 ?% sicher",
        r"(?:auf jeden fall|in jedem fall|ohne (?:jeden )?zweifel|mit (?:absoluter )?sicherheit|ganz sicher|ausnahmslos|nie wieder|niemals|unter keinen umständen|völlig (?:sicher|risikofrei)|ohne risiko|kein risiko|ausgeschlossen)",
        r"(?:können|kannst) (?:sie|du) (?:sich|dich) (?:darauf )?(?:verlassen|sicher sein)|(?:können|kannst) (?:sie|du) sicher sein|verlassen sie sich",
    ),
    "claim.legal": (
        r"rechtlich(?:e[nmrs]?)?|gesetz(?:e|es|lich(?:e[nmrs]?)?)?|haft(?:ung|bar|en|et)|recht auf \w+|rechtsanspruch|strafbar|gewährleistungs\w+|anw[aä]lte?|anwältin|klage[n]?|verklagen|gericht(?:e|lich)?|anspruch|ansprüche|fahrgastrechte?|verbraucherrechte?",
        r"dsgvo|datenschutz(?:recht\w*)?|gewährleistung|widerrufsrecht|vertragsbruch|fahrlässig(?:keit)?|schuldhaft",
    ),
    "claim.medical": (
        r"medizin(?:isch(?:e[nmrs]?)?)?|medikament(?:e|en|s)?|arznei\w*|nebenwirkung(?:en)?|dosierung|dosis|(?:gegen|bei|lindert|heilt) (?:\w+ )?(?:\w*schmerzen|fieber|husten|schnupfen|entzündung\w*)|diagnose[n]?|heil(?:t|en|ung|sam)|symptome?n?",
        r"allerg(?:ie|ien|isch(?:e[nmrs]?)?|iker(?:n|in|innen)?|ene?)|glutenfrei|schwanger(?:e[nr]?|schaft)?|(?:zum|ihren) arzt|ärzt(?:e|in|lich)\w*|giftig|ungiftig|ansteckend",
    ),
    "personal_data.reference": (
        r"(?:bestell|auftrags?|buchungs?|kunden|rechnungs?|vorgangs?|ticket|sendungs?|referenz|vertrags?)-?(?:nummer|nr\.?|code)(?: (?:ist|lautet))?:? ?#?[a-z]{0,6}[-/]?\d[\da-z-/]{3,}",
        r"(?:bestellung|auftrag|buchung|rechnung|ticket|vorgang|sendung) #?(?:[a-z]{0,6}[-/]?\d[\da-z]*(?:[-/][\da-z]+)+|[a-z]{1,4}\d[\da-z]{4,}|\d{5,})",
        r"#\d{5,}",
    ),
    "personal_data.birth": (r"(?:geboren(?: am)?|geburtsdatum|geb\.)(?: ist)?:? ?\d{1,2}\.(?:\d{1,2}\.| \w+ )\d{2,4}",),
    "personal_data.password": (r"(?:passwort|kennwort|pin|geheimzahl)(?: (?:ist|lautet)|:) ?\S*\d\S*",),
    "tone.blame": (
        r"(?:ihr|dein) (?:eigener )?(?:fehler|problem|verschulden)|selbst schuld|ihre (?:eigene )?schuld|bedienfehler|wie (?:bereits|schon|ihnen) (?:\w+ )?(?:gesagt|erwähnt|erklärt|mitgeteilt|geschrieben|mehrfach)|kleingedruckte (?:\w+ )?(?:nicht|nie) gelesen|(?:wer lesen kann|richtig lesen)",
        r"(?:hätten sie|sie hätten|hättest du|du hättest) (?:\w+ ){0,5}(?:müssen|sollen|können|gelesen|geprüft|beachtet)|sie haben (?:es )?(?:versäumt|vergessen|unterlassen|nicht (?:gelesen|beachtet|geprüft))",
    ),
    "tone.sarcasm": (
        r"na (?:toll|super|prima|bravo|herzlichen glückwunsch)|herzlichen glückwunsch,? (?:sie|du) (?:haben|hast)(?: \w+){1,4}|(?:schon )?wieder (?:einer|jemand),? d(?:er|ie) (?:\w+ ){1,3}nicht|glückskind|sie (?:ärmster|ärmste|armer|arme)|viel (?:glück|spaß) damit|ach wirklich|was für eine überraschung|wer hätte das gedacht|schönen dank auch|danke für nichts|das kann doch nicht so schwer sein",
    ),
    "tone.rude": (
        r"dumm(?:e[nmrs]?)?|idioten?|blöd(?:e[nmrs]?|sinn)?|lächerlich|unsinn|quatsch|halten sie den mund|beruhigen sie sich|stellen sie sich nicht so an|nicht unser (?:problem|bier)|pech gehabt|ist uns egal",
        r"(?:wir haben )?(?:wichtigeres|besseres) zu tun|mehr (?:gibt es dazu nicht|haben wir nicht) zu sagen|niemand sonst (?:hat|beschwert)|verschwenden sie nicht|ihr problem|was erwarten sie|(?:gehen sie|geh) doch (?:\w+ ){0,3}(?:konkurrenz|woanders\w*|anderen)|dann (?:lassen sie es|kündigen sie)(?: doch)?|nicht unsere (?:sache|schuld|baustelle)|finden sie sich damit ab|das ist eben so|interessiert (?:uns|mich) nicht",
    ),
    "tone.slang": (
        r"wtf|omg|lol|alter|digga|krass|geil(?:e[nmrs]?)?|scheiße?|verdammt|mist|nö|jo|yo|moin moin|voll nice|keine? ahnung",
    ),
}

# What of it is harmless after all.
UNLESS: dict[str, str] = {
    "claim.promise": r"(?:gerne?|helfen|unterstützen|ansehen|anschauen|versuchen|hoffentlich|hoffen|wünschen|freuen|sobald sie|würden?|könnten?|wissen|geduld)",
    "claim.deadline": r"so (?:schnell|bald) wie|letzten|vergangenen|hoff|freuen|warten|seit|bald wieder an bord",
    "claim.refund": r"antrag|formular|seite|unter|finden|zum thema|fragen|infos?|zu rückgabe|ihre rabatt",
    "claim.number": r"version",
    "claim.date": r"seit|geboren",
}

# These hold whatever else stands in them.
SURELY: dict[str, tuple[str, ...]] = {}
