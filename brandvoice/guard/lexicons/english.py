"""What the built-in rules look for in English."""

from brandvoice.guard.lexicons import english_claims

SURELY = english_claims.SURELY

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

WORDS: dict[str, tuple[str, ...]] = {
    **english_claims.WORDS,
    "claim.legal": (
        r"legal(?:ly)?|law(?:s|ful(?:ly)?)?|unlawful|illegal(?:ly)?|liab(?:le|ility|ilities)|lawsuits?|lawyers?|attorneys?|solicitors?|sue[ds]?|suing|court",
        r"gdpr|ccpa|data protection|regulations?|regulators?|regulatory|statutory|negligen(?:t|ce)|breach(?:ed)?|contractual(?:ly)?",
        r"(?:your|consumer) rights|admit (?:fault|liability)|our (?:fault|mistake and we)|infring(?:e[sd]?|ing|ement)",
    ),
    "claim.medical": (
        r"(?:medical|medicine|medication|medicinal|clinical(?:ly)?|therapeutic|prescription|dosage|dos(?:e|es)|side effects?)",
        r"(?:diagnos(?:e[sd]?|is|ing|tics?)(?: [\w']+){0,3}|cures?|cured|curing|heals?|symptoms?|infection|contagious|toxic|non-toxic|hypoallergenic)",
        r"allerg(?:y|ies|ic|ens?)|gluten-free|pregnan(?:t|cy)|see a doctor|doctors?|treats (?:your|the|a) \w+|immun(?:e|ity)|safe (?:for|to) (?:children|babies|eat|drink|consume)",
        r"(?:lower|raise|reduce)s? (?:your |the )?(?:blood pressure|pain|fever|risk of)",
    ),
    "personal_data.reference": (
        r"(?:order|booking|ticket|case|reference|ref|invoice|transaction|tracking|account|customer|contract|parcel|confirmation|claim|policy|flight|reservation|request|incident|serial)"
        r"(?: (?:number|no\.?|id|code|nr\.?))?(?: (?:is|was|=))? ?[:#]? ?#?(?:(?:[a-z]{1,6}-?)?\d{2,}[\da-z]*(?:-[\da-z]{2,})+|[a-z]{1,4}\d[\da-z]{4,}|\d{5,})",
        r"(?:confirmation|booking|reservation|record|tracking|reference|serial|voucher|case|order) (?:code|number|locator|id)(?: (?:is|was)|:) ?[a-z\d-]{5,20}|pnr:? ?[a-z\d]{6}",
        r"(?:user ?name|gamer ?tag|psn id|user id|account name|login|handle|nickname)(?: (?:is|was)|:) ?[\"“”']?\S{3,40}|(?:card|account|number) ending (?:in|with) \d{3,4}",
        r"#\d{5,}",
    ),
    "personal_data.birth": (
        r"(?:born(?: on)?|date of birth|birth ?date|dob|birthday)(?: (?:is|was|on|as))*:? ?\d{1,4}[-./\s]\w{1,9}[-./\s,]+\d{2,4}",
        rf"(?:born(?: on)?|date of birth|dob|birthday)(?: (?:is|was|on|as))*:? {_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}",
    ),
    "personal_data.password": (
        r"(?:password|passcode|pin|pin code|security code|login)(?: (?:is|was|=|to)|:) ?(?:\S*\d\S*|[\"“”']\S+)",
    ),
    "tone.blame": (
        r"(?:it's|this is|that's|it is|that is) (?:all )?your (?:own )?(?:fault|mistake|problem|responsibility|doing)",
        r"you (?:should|could|must|ought to) (?:really |simply |just )?(?:have|'ve) (?:[\w']+ ){0,2}(?:read|checked|known|told|asked|done|thought|paid|looked|called|noticed|been|kept)",
        r"you (?:failed|neglected|forgot|refused) to|you (?:clearly |obviously )?(?:didn't|did not|haven't) (?:even )?(?:bother|read|listen|follow|check|pay attention)",
        r"if you had(?:n't)? (?:only |just )?\w+|if you'd (?:only |just )?(?:read|checked|listened|followed)|as (?:i|we) (?:already |have already |'ve already )(?:said|told|explained|mentioned)",
        r"(?:because|since) you (?:didn't|did not|never|forgot|ignored|failed|entered|typed|chose|used|gave)(?: [\w']+){0,4}|(?:that|this|it) (?:happens|happened|is|was|comes) (?:when|because|from) (?:people |you |users |customers )(?:don't|didn't|never|not)?|you(?:'re| are| were) (?:the one|to blame|responsible|supposed to)|you (?:must have|probably|clearly|obviously|simply|just) (?:[\w']+ )?(?:did|done|made|entered|typed|forgot|forgotten|missed|ignored|misread|wrong|lost|deleted|broke|broken)(?: [\w']+){0,3}|(?:we|it) (?:told|warned) you|you were (?:told|warned)|you (?:chose|decided|agreed|signed up) (?:to|for)|don't blame (?:us|me)|blame yourself|you only have yourself",
        r"your own (?:fault|mistake|negligence|carelessness)|user error|you (?:lost|broke|caused|messed)(?: it| this)?(?: up| yourself)?",
        r"not (?:us|ours),? (?:but )?you|not us|(?:read|learn|look) (?:it )?(?:properly|carefully) (?:next time|first)|next time,? (?:read|check|think|look)",
    ),
    "tone.sarcasm": (
        r"oh,? (?:great|wow|sure|really|fantastic|wonderful|brilliant|joy|no,? not)(?:,? another(?: one)?)?|yeah,? right|as if\b|big surprise|what a (?:surprise|shock)|how (?:shocking|surprising|original)",
        r"good luck with (?:that|it)|(?:thanks|thank you) (?:so much )?for (?:nothing|the very|your (?:oh-so|very))(?: \w+)?|well,? (?:duh|excuse us|aren't you)|congratulations on (?:reading|finding|noticing)",
        r"(?:shouldn't|can't|couldn't) be (?:that|so) (?:hard|difficult)|genius|rocket science|(?:bravo|slow clap|imagine that|who would have thought|believe it or not)",
        r"how (?:very )?(?:nice|kind|lovely|clever) of you|(?:wow|surprise)[,!] (?:what a|surprise|just wow)|just (?:what|great)(?: we needed)?",
        r"(?:clearly|obviously|apparently|evidently),? (?:you|somebody|someone|not everyone)|(?:shocking|groundbreaking|brilliant|amazing|impressive|fascinating|lovely|charming),? (?:isn't it|really|truly|as always|work|detective work|question)|(?:sure|right|of course),? because|what (?:else|more|next)\?|must be (?:nice|hard|tough)|(?:another|one more) (?:satisfied|happy) customer|magic(?:ally)? (?:wand|happen)|crystal ball|mind readers?|newsflash|surprise,? surprise|(?:poor|dear) you|cry (?:me|us) a river|how (?:dare|could) we",
        r"so sorry (?:that )?(?:the world|we can't read your mind|we're not perfect)|did you try (?:reading|turning on your brain|thinking)",
    ),
    "tone.rude": (
        r"stupid|idiots?|idiotic|dumb|moron(?:s|ic)?|ridiculous|nonsense|shut up|get lost|go away|whatever|lazy|ignorant|crybaby|pathetic|clueless",
        r"(?:not|isn't|is not|none of) our (?:problem|fault|concern|business|job)|(?:deal|live) with it|get over it|calm down|relax|stop (?:complaining|whining|wasting|bothering|crying|asking|tweeting)",
        r"(?:we|i) (?:have|'ve) (?:more important|better|other) things to do|nothing (?:more|else) (?:to say|we can do)|not sure what you expect|what do you (?:expect|want) (?:us|me|from)",
        r"(?:nobody|no one) (?:else )?(?:has |is )?(?:complained|complaining|cares|asked)|(?:we|i) (?:don't|do not|couldn't) care|take it or leave it|too bad|tough luck|not interested|your loss",
        r"(?:that's|it's|sounds like) (?:a )?(?:you|your) problem|that's (?:life|how it is|just how|not on us|too bad)|(?:just )?(?:figure|sort|work) it out(?: yourself)?|do (?:it yourself|your (?:own )?(?:research|homework)(?: yourself)?)|common sense|grow up|use your (?:brain|head|eyes)",
        r"(?:everyone|everybody) else (?:can|manages|managed|knows|understands)|you(?:'re| are) the only (?:one|person|customer)|if you don't like (?:it|that|this)|(?:we're|we are|i'm|i am) not your|how many times (?:do|must|should)|you people|boo hoo|nice try|typical|makes no sense|don't be (?:so )?[a-z]+|(?:can't|couldn't) be bothered",
        r"(?:we|i) (?:really )?(?:don't|do not) (?:have time|see (?:why|the point|how that)|know what you|think you|understand why you|owe you)|(?:you're|you are) (?:just )?(?:wrong|lying|overreacting|exaggerating|being (?:rude|unreasonable|difficult|silly|dramatic|impatient|ridiculous|paranoid|childish|unfair|lazy|hysterical|aggressive)|not (?:special|important))|why (?:would|do|did|are) you (?:even |still |keep )?[a-z]+",
        r"(?:nothing|not much) (?:we|i) can do(?: about it)?|that's all you (?:get|are getting)|be patient|wait (?:like everyone else|your turn)|don't (?:bother|waste|ask|expect|complain|tweet|contact|write)(?: [\w']+){0,3}|(?:this|the) (?:conversation|discussion|case|matter) is (?:over|closed|done)|stop (?:that|whin\w+|moan\w+|complain\w+|cry\w+|bother\w+)",
        r"wast(?:e|ing) (?:our|my|of) time|end of (?:story|discussion)|as if we|go somewhere else|feel free to leave|we can't help everyone|read the (?:manual|page|faq)(?: first)?|google it",
    ),
    "tone.slang": (
        r"wtf|omf?g|lol|lmao|rofl|smh|tbh|idk|ffs|yo|dude|bro|bruh|fam|gonna|wanna|gotta|ain't|y'all|dunno|nope|yup|damn(?:ed)?|crap(?:py)?|suck(?:s|ed|y)?|shit(?:ty)?|what the hell|bloody|freaking|fricking|dope|uhh+|dang|meh|lmk|bae|slay|totes|legit|kinda|sorta|no biggie|my bad|chill out|sweet as|bummer",
    ),
}

# What of it is harmless after all.
UNLESS: dict[str, str] = {
    **english_claims.UNLESS,
    "claim.medical": r"diagnos\w+ (?:[\w']+ ){0,2}(?:issues?|problems?|errors?|faults?|crash\w*|connections?|devices?|network|tools?|data|logs?|reports?)",
}
