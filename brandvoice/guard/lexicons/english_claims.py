"""How claims are made in English: amounts of time, moments, money and what is said to come, put together from parts."""

# Amounts ----------------------------------------------------------------------------------------------

_TO_NINE = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_IN_WORDS = (
    rf"(?:{_TENS}(?:[- ]{_TO_NINE})?|{_TO_NINE}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:a )?(?:hundred|thousand|dozen)|half an?|a few|a couple(?: of)?|a handful of|several)"
)
_FIGURE = r"\d[\d.,]*k?"
_NUMBER = rf"(?:{_FIGURE}|{_IN_WORDS}|an?|another)"
_RANGE = rf"{_NUMBER}(?: ?(?:-|–|—|/|to|or|and) ?{_NUMBER})?"

# Time -------------------------------------------------------------------------------------------------

_MOMENTS = r"(?:seconds?|secs?|minutes?|mins?)"
_SPANS = r"(?:hours?|hrs?|days?|weeks?|weekends?|fortnights?|months?|quarters?|years?|yrs?)"
_UNIT = rf"(?:(?:business|working|calendar|full|whole|more|consecutive|short) )*(?:{_MOMENTS}|{_SPANS})"
_LONG_UNIT = rf"(?:(?:business|working|calendar|full|whole|more|consecutive|short) )*{_SPANS}"
_ABOUT = r"(?:(?:the next|next|the first|about|around|approximately|roughly|under|less than|more than|no (?:more|longer) than|as little as|as few as|up to|at least|at most|only|just|over|a (?:maximum|minimum) of|any) )*"
_WEEKDAY = r"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)days?)"
_SHORT_DAY = rf"(?:{_WEEKDAY}|mon|tues?|wed|thurs?|thu|fri|sat|sun)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:[ap]m|[ap]\.m\.?|o'clock|hrs)|\d{1,2}:\d\d|noon|midday|midnight)"
_PART = r"(?: (?:morning|afternoon|evening|night|at the latest|latest))?"
_END = r"(?:(?:the )?(?:end|close|start|beginning|middle) of (?:the |this |next |your )?(?:business(?: day)?|day|week|month|quarter|year|shift)|eod|close of business)"
_WHEN = (
    rf"(?:{_END}|(?:later |first thing |early |late )?(?:today|tonight|tomorrow)|{_WEEKDAY}"
    rf"|(?:this|next|the coming|the following|the) (?:week(?:end)?|month|year|quarter|fall|autumn|winter|spring|summer|morning|afternoon|evening|night|{_WEEKDAY})"
    rf"|{_CLOCK}|(?:early|mid|late)?[- ]?(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|january|february|april|june|july|august|september|october|november|december)|(?:christmas|easter|the holidays))"
)
_SOON = r"(?:soon|shortly|momentarily|right away|straight away|immediately|instantly|promptly|in no time|any (?:minute|moment|time|day|second)(?: now)?|in (?:the (?:near|coming|next) \w+|due course|a (?:moment|bit|while|minute)))"
# What goes before an amount of time and makes it an instruction, a wish or the past.
_TOLD = (
    r"(?:(?:wait\w*|hold\w*|press\w*|try (?:it |this |that )?again|unplug\w*|disconnect\w*|turn\w* (?:it )?off|leave|keep|restart\w*|re-?boot\w*"
    r"|hop(?:e|es|ing|efully)|wish\w*|sorry|apolog\w+|thanks?|enjoy\w*|see you|look(?:ing)? forward|past|last|since|happen\w*|contact us|reach(?:ing)? out|let us know) (?:[\w']+ ){0,6})?"
)

# Those who promise, and how ---------------------------------------------------------------------------

_OURS = r"(?:team|teams|specialists?|colleagues?|agents?|engineers?|developers?|devs|experts?|managers?|technicians?|crew|staff|reps?|representatives?|department|carrier|courier|driver|bank|seller|store|member of (?:our|the) team)"
_WE = rf"(?:we|i|they|our \w+(?: \w+)?|(?:the|a|an|your) (?:\w+ )?{_OURS}|somebody|someone)"
_WILL = r"(?:'ll|(?: (?:will|shall|won't|would|(?:am|are|is) going to)|'(?:re|m|s) going to)(?: not| never)?)"
_FIRMLY = r"(?: (?:definitely|certainly|surely|absolutely|of course|always|also|then|now|still|gladly|happily|personally|immediately|promptly|quickly|automatically|be sure to|make sure to|go ahead and|never|not|all|both|just|only))*"
# A question or a wish around it: nothing is promised.
_OPEN = (
    r"(?:(?:when|whether|how|what|which|where|why|who|hop(?:e|ing|efully)|wish|fingers crossed|if) (?:[\w']+ ){0,5})?"
)
_CONTACT = (
    r"(?:call|phone|ring|text|e-?mail|message|dm|contact|reply|respond|answer|write|get back|get in (?:touch|contact)|be (?:back )?in (?:touch|contact)|follow up|follow-up|reach out|be following up"
    r"|be (?:contacting|calling|e-?mailing|responding|replying|reaching out|sending)|keep you (?:[\w']+ )?(?:posted|updated|informed)|notify|inform|advise|update you|provide (?:you )?(?:[\w']+ ){0,3}updates?"
    r"|let (?:you|them|him|her|(?:our|the) [\w']+(?: [\w']+)?) know|hear (?:back )?from|be with you|share (?:the|this|your|it|that|an?|more|any))\b"
)
_RESULT = (
    r"(?:fix|solve|resolve|repair|restore|recover|correct|refund|reimburse|credit|compensate|waive|replace|send|ship|deliver|add|remove|unlock|lift|release|introduce|cancel|upgrade|forward|pass|escalate|raise|report"
    r"|get (?:it|this|that|them|these|those|you|your [\w']+) (?:[\w']+ )?(?:sorted|fixed|back|resolved|passed|up|replaced|going|to)|get to the bottom|have (?:it|this|that|them) [\w']+ed|take (?:[\w']+ ){0,2}action|make (?:it|this|things) right|put (?:it|this|things) right|ensure|make sure|honou?r)\b"
)
_HARMLESS = (
    r"(?:assist|help|support|look|check|try|do|see|need|take (?:a|another|it from)|keep (?:an eye|working|moving|looking|trying)|know|go|work|investigate|have to|want|wait|love|like|start|find|ask|require|stay|review|research|explore|walk|guide|talk|chat|connect|discuss|meet|proceed|continue (?:(?:from |our conversation )?there|to (?:help|assist|work|look|investigate)|working|looking|helping|with)|query|assess|enjoy|miss|notice|have (?:more|a (?:look|better))|you(?: please)?|i|we"
    r"|be (?:here|there|(?:just )?an? (?:\w+ )?away|(?:on|at|in) (?:our|the)|happy|glad|delighted|pleased|able|sorry|standing|waiting|on (?:the lookout|hand)|around|best|looking|required|asked|prompted|redirected|taken|given|shown|needed|helpful|worth|assisting|helping|working|counting|missed|sure|more than happy|of (?:help|assistance)))"
)

# Money ------------------------------------------------------------------------------------------------

_BACK = r"(?:refunds?|reimbursements?|compensation|vouchers?|(?:account |statement |goodwill |travel )?credits?|money back|replacements?|gift cards?|discounts?|coupons?|rebates?)"
_PAYS = r"(?:refund(?:ed|ing)?|reimburs(?:e|ed|ing)|credit(?:ed|ing)?|compensat(?:e|ed|ing)|waiv(?:e|ed|ing)|repa(?:y|id)|pay (?:you )?back|exchange[ds]?|replace[ds]?)\b"
_CAN = r"(?:can|could|may|might|cannot|can't|couldn't|would|will|'ll|won't|wouldn't|would like to|(?:happy|able|unable|going|willing|allowed|glad) to|have|has|had|'ve|haven't|did|do|don't|didn't|doesn't|does|is|are|was|were|be|been|being|isn't|aren't|not)"

WORDS: dict[str, tuple[str, ...]] = {
    "claim.price": (
        r"\d+(?:[.,]\d{1,2})? (?:dollars?|euros?|pounds?|bucks|cents?|pence|quid)|(?:extra|costs?|only|for|is|of) \d{1,3}p|\d{1,3}p (?:charge|fee|each|off|per \w+)|\d+ ?% off",
        r"(?:free of charge|for free|at no (?:extra |additional )?(?:cost|charge)|half[- ]price|costs? nothing|on (?:us|the house)|complimentary)",
        r"(?:is|are|it's|that's|be|comes?|completely|totally|absolutely|entirely) (?:completely |totally |absolutely |also |always )?free(?: (?:to|from|until|till|up|and)(?: [\w']+)?)?",
        r"(?:[\w']+ )?free (?:[a-z]+ )?(?:trials?|shipping|delivery|deliveries|returns?|upgrades?|replacements?|repairs?|rides?|gifts?|drinks?|food|bags?|wi-?fi|months?|weeks?|days?|music|games?|downloads?|cancellations?|service|tickets?|samples?|calls?|access|coupons?|vouchers?|stay|nights?|exchange|installation|pick-?up|parking)",
        r"(?:no|without (?:any )?|not any|any|an?|subject to (?:a )?) ?(?:extra |additional |hidden |\w+ )?(?:costs?|charges?|fees?)(?: and|,)?(?: [\w']+)?",
        r"(?:won't|will|not|never|be|are|'ll) (?:be )?(?:charged|billed)(?: [\w']+){0,3}|(?:at|for) (?:the |a )?(?:no|local|standard|same|full|reduced|lower|lowest|best|regular|half) (?:cost|rates?|price|charge|fare)",
        r"(?:cost|price|fare|rate|fee|charge)s? (?:is|are|will be|starts?|begins?|comes? to) (?:from |at |about |around )?\d[\d.,]*|\d[\d.,]* (?:per|a|/) ?(?:month|mo|year|night|person|user|seat|item|minute)|price match\w*|lowest price\w*",
    ),
    "claim.number": (
        r"\d+(?:[.,]\d+)? (?:percent|per cent)",
        r"(?:\d+|one|two|three|nine) (?:in|out of) (?:\d{1,3}(?:,\d{3})+|\d+|ten|hundred|every \w+)",
        rf"(?:up to|at least|at most|more than|fewer than|less than|no (?:more|fewer) than|over|under|only|just|maximum (?:of )?|minimum (?:of )?|max (?:of )?|limit(?:ed)? (?:of |to )|limit is |minimum is |maximum is |requires? |allows? |holds? |supports? |allowed to (?:\w+ )?|as many as) ?(?:{_FIGURE}|{_IN_WORDS}|one)[ -]?"
        r"(?:[a-z]+ ){0,2}(?:times?|people|customers|users?|persons?|members?|devices?|screens?|streams?|profiles?|accounts?|items?|photos?|videos?|files?|songs?|tracks?|channels?|characters?|words?|participants?|passengers?|bags?|pieces?|copies|licen[cs]es?|installs?|computers?|machines?|locations?|addresses|subs(?:cribers)?|gb|mb|tb|kb|km|miles|kg|lbs?|points|seats|attempts|games?|tickets?|transactions?|cards?)",
        r"(?:up to|at least|at most|more than|less than|fewer than|maximum of|minimum of|limit of|limited to|capped at) \d[\d,.]*k?(?: [a-z]+)?",
        r"\d[\d,.]*k? ?(?:points|miles|gb|mb|tb|mbps|gbps|watts?|seats|stores|subs|subscribers|megapixels|kg|lbs)",
        r"\d{1,3}(?:,\d{3})+(?: [a-z]+)?|\d+(?:\.\d+)?(?:k| thousand| million| billion)(?: [a-z]+)?",
        r"\d{1,2} (?:and|or) (?:older|over|up|above|younger|under)|(?:age[ds]? |over |under )\d{2}",
    ),
    "claim.date": (
        rf"(?:(?:early|mid|late)[- ])?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? 20\d\d)?|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? 20\d\d)?|(?:in|until|till|by|from|early|mid|late)[ -]{_MONTH}(?: 20\d\d)?|(?:on|until|till|by|from) (?:the )?\d{{1,2}}(?:st|nd|rd|th)",
        rf"(?:on|from|until|till|every|each|through|this|next) {_WEEKDAY}{_PART}|{_SHORT_DAY} ?(?:-|–|—|to|through|thru|until|till) ?{_SHORT_DAY}",
        rf"{_CLOCK}(?: ?[a-z]{{2,4}})? ?(?:-|–|—|to|until|till|and|through) ?{_CLOCK}(?: ?[a-z]{{2,4}})?|\d{{1,2}} ?(?:-|–|—|to) ?\d{{1,2}} ?[ap]\.?m",
        rf"(?:open(?:s|ed)?|clos(?:e|es|ed)|available|at|from|until|till|by|before|after|around|about|starts?|begins?|between|it's|that's|is) (?:(?:at|from|until|till|around|about) )?{_CLOCK}",
        r"around the clock|24 ?x ?7|(?:seven|7) days a week|(?:24|twenty[- ]four)[- ]hours?(?: a day| (?:store|service|support|line|hotline))?|on (?:weekdays|weekends|business days|bank holidays)|every (?:single )?(?:day|week|month|year|hour)|(?:once|twice|\w+ times) (?:a|per|each) (?:day|week|month|year)|(?:one|\d+) [a-z]+ (?:a|per) (?:day|week|month|year)",
    ),
    "claim.deadline": (
        rf"{_TOLD}(?:within|inside(?: of)?|in|under) {_ABOUT}{_RANGE} {_UNIT}(?: (?:ago|old|now))?",
        rf"within (?:the|this|a|that) (?:next |same )?{_UNIT}",
        rf"(?:by|before|no later than|not later than|until|till|starting|beginning|as of|effective) (?:the )?(?:(?:{_CLOCK}) (?:on )?)?{_WHEN}{_PART}|at the (?:very )?latest",
        rf"{_TOLD}(?:up to|tak(?:es?|ing)|takes? (?:about|around|up to|between|approximately)|lasts?|allow|expect|give it|maximum|minimum|at least|no (?:longer|more) than|another|additional|an extra|extra|the first|the next|the following|extended (?:to|by)|to|until|till|every|each|usually|typically|approximately) {_ABOUT}{_RANGE} {_LONG_UNIT}",
        rf"{_TOLD}(?:tak(?:es?|ing)|up to|allow|give (?:it|us)|expect) {_ABOUT}{_RANGE} {_UNIT}",
        rf"{_TOLD}(?:after|for) {_ABOUT}{_RANGE} {_LONG_UNIT}(?: (?:ago|now|already|in a row))?",
        rf"{_RANGE} {_UNIT} (?:before|after|prior to|from (?:now|today|the \w+|receipt|purchase|delivery)|of (?:receiving|receipt|purchase|delivery|arrival|your \w+)|to (?:process|arrive|respond|reply|investigate|receive|return|complete|be|reach|show|appear)|for (?:delivery|domestic|international|processing|shipping|\w+ travel)|notice)",
        rf"{_RANGE} (?:business|working) (?:days?|hours?)",
        rf"(?:in|over|during|for) the (?:coming|next|following) (?:{_NUMBER} )?{_UNIT}|coming soon|(?:launch|arriv|com|ship|releas)(?:es|ing) (?:on|in|by|this|next) [\w']+",
        rf"\d{{1,4}}[- ](?:{_MOMENTS}|{_SPANS})(?:[- ](?:period|warranty|trial|guarantee|window|limit|return|returns|money|grace|free|notice|delivery|policy|hold|ban|suspension|turnaround)[\w ]{{0,20}})|(?:\d{{1,4}}|{_TO_NINE}|ten|thirty)-(?:second|minute|hour|day|week|month|year) \w+",
        rf"{_OPEN}[\w']+(?:'ll| will| won't| should| shall|(?: is| are|'s|'re) (?:going to|[\w']*(?:expected|scheduled|due|set|estimated|planned|back|off|open|closed|available|ending|starting))) (?:[\w']+ ){{0,7}}(?:{_WHEN}{_PART}|(?:very |really |quite )?{_SOON})",
        r"(?:same|next)[- ]day (?:delivery|shipping|service|repair|refund|dispatch|response)|overnight (?:delivery|shipping)|expected (?:by|on|in|until|at|within|to be) [\w' ]{1,30}",
    ),
    "claim.refund": (
        rf"{_OPEN}[\w']+ ?{_CAN} (?:[\w']+ ){{0,3}}?{_PAYS}(?: [\w']+){{0,3}}",
        rf"(?:issu(?:e|ed|ing)|process(?:ed|ing)?|grant(?:ed)?|approv(?:e|ed)|offer(?:ed|ing|s)?|provid(?:e|ed|ing)|giv(?:e|en|ing)|gave|arrang(?:e|ed)|sent?|sending|apply|applied|get|getting|receiv(?:e|ed|ing)|have|see|expect|due|owed|with) (?:[\w']+ ){{0,4}}(?:full refund|{_BACK})",
        r"(?:eligible|qualif(?:y|ies|ied)|entitled|entitlement|claim|apply) (?:for|to) (?:[\w']+ ){0,3}(?:refund(?:ed)?|reimburse(?:ment|d)|compensation|replacement|voucher|credit|return|discount|repair|exchange)",
        r"(?:refunds?|reimbursements?|money|credits?|fees?|charges?|hold|amount|voucher|replacement|compensation|deposit)(?: [\w']+){0,3} (?:will|is going to|may|can|cannot|can't|should|would|has|have|is|are|isn't|aren't|may not|will not|won't)"
        r" (?:not |be |been |being |automatically )*(?:issued|processed|refunded|returned|credited|waived|cancelled|canceled|sent|back|on (?:its|the) way|approved|reversed|fall off|available|possible|given|granted|offered|provided|post(?:ed)?|appear|show|take|arrive|apply|removed|dropped)(?: [\w']+){0,4}",
        r"(?:full|partial|100 ?%|complete) (?:refund|reimbursement|credit)|(?:your |the |any |all )?money back|(?:non-?|not |isn't |aren't |fully |partly )?(?:refundable|returnable)|free (?:replacement|repair)|replace (?:it|them|this|that|yours?)",
        rf"{_WE}{_WILL}{_FIRMLY} (?:[\w']+ ){{0,2}}?(?:return|send back|give back|transfer|pay) (?:[\w']+ ){{0,3}}?(?:money|refund|credits?|charges?|fees?|payment|amount|deposit|fare|costs?|difference)",
        r"refund (?:your|you|the|it|this|all|any) (?:[\w']+ ){0,3}(?:in full|today|now)?",
        r"(?:not|nothing|is|are|be|isn't|aren't|covered|repaired?|replaced?) (?:[\w']+ )?(?:under|by|in|out of) (?:the |your |our )?(?:[\w']+ )?(?:warranty|guarantee)|(?:isn't|is not|aren't|are not|not) (?:eligible|covered by|refundable)",
        r"(?:see|get|receive|keep|lose|use) (?:[\w']+ )?(?:those|these|your|the|any|all) credits|(?:change|cancellation|late|overdraft|service|booking|shipping|transfer|foreign transaction) fees? (?:[\w']+ ){0,3}(?:waived|refunded|removed|credited|free|apply|applies)|difference in fare",
    ),
    "claim.promise": (
        rf"{_OPEN}(?:[\w']+){_WILL}{_FIRMLY} [a-z]{{2,}}(?: [\w']+){{0,6}}",
        r"(?:and|or|but) (?:will|won't|shall) (?:not |also |then |never )*[a-z]{3,}(?: [\w']+){1,5}",
        r"[\w']+(?:'re|'m| are| am| is) (?:going to|about to|adding|introducing|extending|launching|releasing|rolling out|offering|waiving|bringing|fixing|sending|replacing|refunding|forwarding|escalating|passing|removing|issuing|upgrading)(?: [\w']+){0,5}",
        rf"{_OPEN}(?:should|ought to) (?:now |then |soon |all |both )*(?:hear (?:back )?from|be (?:[\w']+ )?(?:fixed|resolved|solved|restored|back|available|working|sorted|updated|refunded|credited|up and running|delivered|lifted|released|contacted|with you)|receive|arrive|get (?:it|your|a|an|the))(?: [\w']+){{0,4}}",
        r"(?:we|i) (?:promise|swear|vow|pledge|commit)(?: [\w']+){0,4}|(?:you have|you've) (?:my|our) word|count on (?:it|us|me)|have it (?:up|back|fixed|restored|working)(?: [\w']+){0,4}",
        r"(?:won't|will not|will never|never|not) (?:let (?:it|this|that) )?(?:happen|occur) again",
        r"(?:we|i|they|our \w+) (?:(?:always|never|regularly|routinely|do|does|also|immediately|only|actively|carefully) )+(?:not )?(?:take|review|investigate|fix|remove|check|ask|share|sell|store|charge|send|delete|contact|call|refund|respond|answer|reply|honou?r|verify|act|monitor|read|close|ban|disclose)s?(?: [\w']+){0,5}|(?:we|they) take (?:[\w']+ ){0,2}(?:action|measures|steps)(?: [\w']+){0,3}",
    ),
    "claim.guarantee": (
        r"guarantee[ds]?|guaranteeing|100 ?% (?:sure|safe|certain|secure|reliable)",
        r"(?:we|i) (?:can )?(?:re)?assure you|(?:please )?(?:be|rest|rest easy and be) assured|without (?:any )?(?:doubt|exception|fail)|no matter what|no (?:questions asked|strings attached|catch|obligation)",
        r"(?:always|never|fully|completely|totally|absolutely|perfectly|entirely|100 ?%) (?:be |been )?[a-z]*(?:safe|secure|works?|reliable|covered|gone|protected|fails?|happens?|lost|sold|shared?|deleted|restored|encrypted|private|anonymous|confidential|refundable)",
        r"(?:you (?:can|may) be (?:sure|certain|confident)|you won't (?:lose|have|be charged|regret|see|notice|miss)|(?:there|it) (?:will|should|won't|is|are|'s) (?:be )?(?:absolutely )?no (?:(?:set|real|\w+) )?(?:limit|risk|danger|cost|charge|interruption|impact|loss|problem|downtime|delay|cap|restriction)s?(?: [\w']+){0,2}|there's no (?:[a-z]+ )?(?:limit|risk|cap|restriction)s?|(?:every|all) (?:single |our |of our )?(?:order|customer|device|user|account|passenger|item|payment|flight|transaction)s? (?:is|are|will|gets?|receives?|must)|nothing (?:will|can) [a-z]+|100 ?%)",
        r"(?:for sure|no risk|risk-free|in every case|in all cases|(?:-i:unlimited)|no (?:set )?limits?|at all times|lifetime (?:warranty|access|guarantee))",
    ),
}

# These hold whatever else stands in them.
SURELY: dict[str, tuple[str, ...]] = {
    "claim.promise": (
        rf"{_WE}{_WILL}{_FIRMLY} (?:{_CONTACT}|{_RESULT})(?: [\w']+){{0,6}}",
        rf"{_WE}{_WILL}{_FIRMLY} (?:[\w']+,? ){{1,7}}(?:and|then|&amp;|&) (?:then |also |will )?(?:{_CONTACT}|{_RESULT})(?: [\w']+){{0,4}}",
        rf"{_WE}{_WILL}{_FIRMLY} be (?:able to )?(?:get|getting|send|sending|fix|fixing|restor|recover|refund|replac|add|adding|remov|follow|following|contact|forward)(?:e|ing)?(?: [\w']+){{1,5}}",
    ),
}

# What of it is harmless after all: offers of help, wishes, instructions, and what the guideline of the labelled set lets pass.
UNLESS: dict[str, str] = {
    "claim.price": r"(?:feel|ad|hands|toll|spam|bug|trouble|stress)[ -]free|(?:are|be|is) free (?:to|and|from|up|until|till)|in charge",
    "claim.promise": rf"^(?:when|whether|how|what|which|where|why|who|hop|wish|if |(?:and|or|but|that|who|which) (?:are|is) |fingers crossed)|{_WILL}{_FIRMLY} {_HARMLESS}\b|able to (?:find|see|help|assist|view|check|use|access|contact|provide|change|speak)|then be|would|should (?:get|receive) (?:it|this) (?:to|working)|^(?:who|what|that|this|it|these|which)'ll (?:help|show|explain|give|tell|let)|will (?:you|i|we|help|show|explain|give|tell|let us|allow|provide)\b",
    "claim.deadline": r"as soon|forward|^fingers|^(?:hop|wait|hold|press|try|unplug|disconnect|turn|leave|keep|restart|re-?boot|wish|sorry|apolog|thank|enjoy|see you|past|last|since|happen|contact|reach|let us)|^(?:when|whether|how|what|which|where|why|who|if) | ago$| old$| now$| already$|(?:would|can|is it|are you) (?:you|possible)|(?:are|is|'re|'s) (?:[\w']+ ){0,3}(?:happy|sorry|glad|hop\w+|wait\w*|look\w*|here|fly\w*|experienc\w+|hav\w+|see\w*)",
    "claim.number": r"option|step|version|article|^\d+k$|(?:just|only) one (?:more|moment|second|minute)",
    "claim.refund": rf"^(?:when|whether|how|what|which|where|why|who|if) |(?:did|have|has|do|are|were|had) you\b|request|(?:to|you) (?:see|find|check)|look|{_WILL} help|(?:get|have|see|with) (?:[\w']+ )?(?:more|details|info\w*|questions|access)|discuss",
    "claim.date": r"since|^(?:is|about|it's|that's) \d{1,2}:\d\d$",
}
