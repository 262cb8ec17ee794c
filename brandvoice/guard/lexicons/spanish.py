"""What the built-in rules look for in Spanish."""

_TO_TWELVE = r"(?:un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
_NUMBER = rf"(?:\d{{1,6}}(?:[.,]\d{{1,3}})*|{_TO_TWELVE}|quince|veinte|treinta|cuarenta|cuarenta y ocho|cien|mil|un par de|unos|unas|pocos|pocas|varios|varias|media)"
_RANGE = rf"{_NUMBER}(?: ?(?:-|–|/|a|o|y) ?{_NUMBER})?"
_UNIT = r"(?:minutos?|horas?|días?(?: (?:hábiles|laborables|naturales))?|semanas?|mes(?:es)?|años?)"
_WEEKDAY = r"(?:lunes|martes|miércoles|jueves|viernes|sábados?|domingos?)"
_MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre)"
_CLOCK = r"las \d{1,2}(?:[:.]\d\d)?(?: ?(?:h|horas))?"
_DATE = rf"\d{{1,2}} de {_MONTH}(?: de 20\d\d)?"
_WHEN = (
    rf"(?:(?:el )?(?:día )?{_DATE}|hoy(?: mismo)?|esta (?:tarde|noche|semana)|este (?:mes|año)|pasado mañana|mañana(?: por la (?:mañana|tarde))?|(?:el )?(?:próximo )?{_WEEKDAY}"
    rf"|(?:la|el) (?:próxim[oa] (?:semana|mes|año)|(?:semana|mes|año) que viene)|(?:el )?final de (?:la semana|mes|año)|fin de (?:mes|semana|año)|{_CLOCK})"
)
_LATEST = r"(?: (?:a más tardar|como (?:muy tarde|máximo|mucho)))?"
_PRONOUN = r"(?:(?:no |nunca |también |ya )?(?:se l[oa]s?|me l[oa]s?|te l[oa]s?|l[eao]s?|te|se|nos|os) )?"
# Every future ends so, in whichever verb: its infinitive and an accent.
_FUTURE = r"(?:[\w]{2,}r(?:é|ás|á|emos|án))"
_GOING = r"(?:(?:voy|vas|va|vamos|van) a [\w]+r(?:l[eao]s?|te|nos|se|sel[oa]s?)?)"

WORDS: dict[str, tuple[str, ...]] = {
    "claim.price": (
        r"\d+(?:[.,]\d{1,2})? (?:euros?|dólares|pesos|céntimos|centavos)",
        r"gratis|gratuit[oa]s?|(?:sin|ningún|ninguna|no (?:tiene|tendrá|supone|lleva|hay)(?: ningún)?) (?:coste|costo|cargo|gasto|recargo|gastos|comisión|comisiones)(?: (?:adicional(?:es)?|extra|alguno))?(?: para \w+)?|a mitad de precio",
        r"(?:no )?(?:le|te|les|os) (?:cobrar(?:emos|á|án)|cobramos|costará|cuesta)(?: [\w]+){0,3}|(?:cuesta|cuestan|costará|vale|valen) \d[\d.,]*|(?:el )?precio (?:\w+ )?(?:baja|sube|bajará|subirá|es|será|queda)(?: [\w]+){0,3}|\d+ ?% de descuento",
    ),
    "claim.number": (
        r"\d+(?:[.,]\d+)? por ciento",
        rf"{_NUMBER} de cada (?:\d+|diez|cien|dos|tres|cuatro|cinco)(?: \w+)?",
        rf"(?:hasta|al menos|como máximo|más de|menos de|solo|máximo de|mínimo de) (?:\d[\d.,]*|{_TO_TWELVE}) (?:veces|personas|clientes|usuarios|dispositivos|cuentas|artículos|pantallas|perfiles|archivos|fotos|hogares|gb|mb|km|kilómetros|kg|kilos|puntos|plazas|maletas|tiendas|tarjetas)",
        r"(?:hasta|al menos|como máximo|más de|menos de) \d[\d.,]*(?: \w+)?|\d{1,3}(?:\.\d{3})+ \w+",
    ),
    "claim.date": (
        rf"{_DATE}|(?:en|desde|hasta|a partir de) {_MONTH}(?: de 20\d\d)?",
        rf"(?:desde|hasta|a partir de)(?:l| el| las)? (?:próximo )?(?:{_WEEKDAY}|\d{{1,2}}(?::\d\d)? ?h)|(?:el|este|los|cada) (?:próximo )?{_WEEKDAY}|de {_WEEKDAY} a {_WEEKDAY}",
        r"de \d{1,2}(?:[:.]\d\d)? a \d{1,2}(?:[:.]\d\d)?(?: ?(?:h|horas))?|(?:desde|hasta|a partir de|antes de|abre(?:n|mos)? a|cierra(?:n)? a) las \d{1,2}(?:[:.]\d\d)?|las 24 horas|los siete días de la semana|todos los (?:días|domingos|sábados)|una vez (?:al|a la|por) \w+",
    ),
    "claim.deadline": (
        rf"(?:en|dentro de|en un plazo de|en menos de|antes de) (?:las próximas |los próximos |menos de |aproximadamente |máximo |un máximo de |unos |unas )?{_RANGE} {_UNIT}",
        rf"(?:antes de|antes del|para|hasta|a más tardar|a partir de)(?:l| el| la)? (?:final de (?:la semana|mes)|{_WHEN})|antes de que (?:acabe|termine|finalice) (?:la semana|el mes|el día|el año)",
        rf"(?:tarda(?:n|r|rá|rán)?|dura|hasta|plazo de|demora)(?: \w+){{0,3}}? {_RANGE} {_UNIT}(?: como (?:máximo|mucho))?|{_RANGE} días (?:hábiles|laborables)|media hora|(?:a más tardar|como (?:muy tarde|máximo|mucho))",
        rf"(?:termina|acaba|finaliza|vence|caduca|empieza|sale|llega|vuelve|abre|entra)n? (?:\w+ )?{_WHEN}{_LATEST}",
        rf"{_FUTURE} (?:[\w]+ ){{0,6}}?(?:{_WHEN}{_LATEST}|pronto|en breve)|(?:la semana|el mes|el año) que viene|(?:la|el) próxim[oa] (?:semana|mes|año)",
        r"de inmediato|inmediatamente|en breve|enseguida|cuanto antes|en un momento|próximamente",
    ),
    "claim.refund": (
        rf"{_PRONOUN}(?:reembols|devolv|abon|compens|indemniz|repon|reintegr)(?:amos|emos|eremos|aremos|aré|eré|ará|erá|ado|ido|o)(?: \w+){{0,4}}|{_PRONOUN}devuelto(?: \w+){{0,3}}",
        r"(?:no )?(?:podemos|puedo|podremos|vamos a|hemos|han) (?:\w+ )?(?:reembols|devolv|abon|compens|indemniz|reintegr|cambi)[\w]+(?: \w+){0,4}",
        r"(?:[\w]+ ){0,3}(?:reembolso|reembolsad[oa]s?|devolución|devoluciones|devuelt[oa]s?|abonad[oa]s?|compensación|indemnización|vale|cupón|bono)",
        r"(?:su|tu|el) dinero(?: (?:de vuelta|en su cuenta|en tu cuenta))?|(?:le|te) corresponde (?:un|una|el|la) \w+|exent[oa]s? de (?:la |el )?\w+|(?:le|te|les) cambi(?:aremos|amos|aré) (?:[\w]+ ){1,4}por \w+(?: \w+)?",
    ),
    "claim.promise": (
        r"(?:le|te|se lo|os|les)? ?promet(?:o|emos)|tiene (?:mi|nuestra) palabra|cuente con ello",
        rf"{_PRONOUN}{_FUTURE}(?: [\w]+){{0,6}}|{_PRONOUN}{_GOING}(?: [\w]+){{0,4}}",
        r"(?:nos|me) (?:encargamos|encargo|ocupamos|ocupo|pondremos|ponemos|pongo|comprometemos|comprometo)(?: [\w]+){0,5}|(?:se l[oa]s?|l[eao]s?|te) (?:pasamos|paso|reenviamos|reenvío|enviamos|envío|mandamos|mando|llamamos|llamo|avisamos|aviso|escribimos|escribo|informamos|cambiamos|hacemos llegar|trasladamos|traslado|damos respuesta)(?: [\w]+){0,5}",
        r"(?:nunca|jamás|siempre) (?:[\w]+ )?[\w]+(?:mos|rá|rán)(?: [\w]+){0,4}|no (?:volverá|va) a (?:pasar|ocurrir|suceder)",
        rf"(?:[\w]+ ){{1,3}}(?:sale|llega|queda|se activa|se envía|se entrega)n? (?:{_WHEN}|resuelt[oa]s?|solucionad[oa]s?|arreglad[oa]s?)|debería(?:n)? (?:funcionar|estar|volver|llegar|quedar)(?: [\w]+){{0,3}}",
    ),
    "claim.guarantee": (
        r"garant(?:ía|ías|izamos|izo|iza|izar|izad[oa]s?|izará|izaremos)|(?:le|te|les) asegur(?:o|amos)|sin (?:ninguna |lugar a )?dudas?|en todos los casos|(?:totalmente|completamente|100 ?%) segur[oa]s?|pase lo que pase|sin excepci(?:ón|ones)|sin riesgos?|(?:puede|puedes) estar segur[oa]|ningún riesgo|en ningún caso",
    ),
    "claim.legal": (
        r"legal(?:es|mente)?|ley(?:es)?|abogad[oa]s?|demanda(?:r|s)?|tribunal(?:es)?|juicio|responsabilidad civil|negligencia|(?:sus|tus) derechos|rgpd|protección de datos|normativa|reglamento|incumplimiento",
    ),
    "claim.medical": (
        r"médic[oa]s?|medicamentos?|medicina|efectos secundarios|dosis|diagnóstic[oa]s?|cura(?:r|n)?|síntomas?|alergi(?:a|as)|alérgic[oa]s?|alérgenos?|sin gluten|(?:alivia|calma|quita|cura|previene) (?:el|la|los|las) (?:\w+)|embaraz(?:o|ada|adas)|tóxic[oa]s?|contagios[oa]s?",
    ),
    "personal_data.reference": (
        r"(?:pedido|reserva|factura|incidencia|caso|ticket|referencia|envío|cliente|contrato)(?: (?:número|n\.?º|nº|núm\.?))?(?: (?:es|era))?:? ?#?(?:[a-z]{0,6}[-/]?\d[\da-z]*(?:[-/][\da-z]+)+|[a-z]{1,4}\d[\da-z]{4,}|\d{5,})",
        r"#\d{5,}",
    ),
    "personal_data.birth": (
        r"(?:nacid[oa] el|fecha de nacimiento)(?: es)?:? ?\d{1,2}(?:[-./]| de )\w{1,10}(?:[-./]| de )\d{2,4}",
    ),
    "personal_data.password": (r"(?:contraseña|clave|pin)(?: es|:) ?\S*\d\S*",),
    "tone.blame": (
        r"(?:es|fue) (?:su|tu) (?:propia )?(?:culpa|error|problema)|culpa (?:suya|tuya)|(?:debería|deberías|tendría que|tendrías que) haber \w+|(?:error|fallo|problema) (?:suyo|tuyo)|(?:la )?culpa es (?:\w+ )?(?:suya|tuya)|como ya (?:(?:le|te|les|os) )?(?:\w+ )?(?:dije|dijimos|expliqué|dicho|explicado|comentado|indicado|avisado)|(?:usted )?no (?:leyó|revisó|comprobó|prestó|se ha leído|ha leído|se leyó)(?: \w+){0,3}",
    ),
    "tone.sarcasm": (
        r"qué sorpresa|vaya sorpresa|qué novedad|(?:enhorabuena|felicidades|bravo),? (?:ha|has|por fin)(?: \w+){1,4}|menuda sorpresa|otro que no \w+|pobrecit[oa]|buena suerte con (?:eso|ello)|gracias por nada|no (?:puede ser|es) tan difícil|quién lo (?:diría|iba a decir)|ah,? (?:genial|claro|estupendo),? otr[oa]",
    ),
    "tone.rude": (
        r"estúpid[oa]s?|idiotas?|tont(?:o|a|os|as|erías?)|ridícul[oa]s?|(?:cállese|cállate|cálmese|cálmate|tranquilícese|calmarse|calmarte|menuda tontería|no es (?:asunto|problema|culpa) (?:nuestro|nuestra|mío|mía)|(?:váyase|vete) (?:a|con) (?:la|otra|otro) \w+)|no es (?:nuestro|mi) (?:problema|asunto)|si no le gusta|nos da igual|no nos importa|deje de (?:quejarse|molestar)|qué espera(?:ba)? de nosotros|tenemos cosas (?:mejores|más importantes)",
    ),
    "tone.slang": (
        r"wtf|omg|lol|tío|tía|colega|mola|flipas?|joder|mierda|ostras|hostia|pa'|porfa|q|xq|tqm|ok ok|jaja(?:ja)*",
    ),
}

# What of it is harmless after all.
UNLESS: dict[str, str] = {
    "claim.promise": (
        r"^(?:(?:se l[oa]s?|me l[oa]s?|l[eao]s?|te|se|nos|os|no|ya|también) )*(?:ayudar|intentar|revisar|mirar|comprobar|ver|podr|necesitar|deber|encontrar|querr|investigar|analizar|estudiar|aparecer)(?:é|ás|á|emos|án)?(?: [\w]+)*$"
        r"|(?:voy|vas|va|vamos|van) a (?:ayudar|intentar|revisar|mirar|ver|comprobar|necesitar)|con (?:mucho )?gusto|tendr(?:á|ás) que|^(?:se )?(?:queremos|esperemos|retiremos|detrás|atrás|miremos|compremos|adquiremos|requeremos)\b|ser(?:á|ía) (?:un placer|necesario)|estar(?:emos|é) (?:encantad|aquí|atent|pendient)|ojalá|espera"
    ),
    "claim.deadline": r"lo antes posible|últim[oa]s|espere|esperamos|ojalá|lo sentimos|hace ",
    "claim.refund": r"formulario|página|sobre|información|solicit|cómo|^el (?:vale|bono)|de acuerdo|cuánto vale",
    "claim.date": r"nacid",
}

# These hold whatever else stands in them.
SURELY: dict[str, tuple[str, ...]] = {
    "claim.promise": (
        r"(?:revisaremos|miraremos|comprobaremos|ayudaremos)(?: [\w]+){0,3} y (?:l[eao]s? |te |nos |se l[oa] )?(?:diremos|avisaremos|contactaremos|llamaremos|responderemos|escribiremos|contestaremos|informaremos|pondremos en contacto)",
    ),
}
