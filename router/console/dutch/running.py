"""Health and Dead letters."""

from typing import Final

DUTCH: Final[dict[str, str]] = {
    "Dead letters": "Dead letters",
    "Dead letter": "Dead letter",
    "Dead letters lie in Kafka, which is not reachable from here: {away}": "Dead letters liggen in Kafka, dat van hier niet"
    " te bereiken is: {away}",
    "All dead letters": "Alle dead letters",
    "Reason": "Reden",
    "Detail": "Bijzonderheden",
    "Came from": "Kwam van",
    "Received": "Ontvangen",
    "Bytes": "Bytes",
    "What it holds": "Wat erin staat",
    "Send it again": "Stuur hem opnieuw",
    "It goes to the topic it came from, as it came. What was decided before counts once.": "Hij gaat naar het topic waar hij"
    " vandaan kwam, zoals hij kwam. Wat al besloten was, telt een keer.",
    "The cause is gone": "De oorzaak is weg",
    "Send again": "Stuur opnieuw",
    "There are no dead letters: every record could be read.": "Er zijn geen dead letters: elk bericht was te lezen.",
    "All": "Alle",
    "The newest {most}.": "De nieuwste {most}.",
    "Send all of these again": "Stuur deze allemaal opnieuw",
    "All with this reason go to the topics they came from, also those that are not shown. What was decided before counts once.": "Alle"
    " met deze reden gaan naar de topics waar ze vandaan kwamen, ook die niet te zien zijn. Wat al besloten was, telt een"
    " keer.",
    "Name one dead letter, or the reason of those that are to be sent again.": "Noem een dead letter, of de reden van"
    " die opnieuw gestuurd moeten worden.",
    "Say that you mean it: tick the box.": "Zeg dat u het meent: vink het vakje aan.",
    "Sent again: {sent}.": "Opnieuw gestuurd: {sent}.",
    "Left out: {left}, the first because {because}.": "Weggelaten: {left}, de eerste omdat {because}.",
    "There is no such reason: {known}.": "Zo'n reden is er niet: {known}.",
    "Health": "Gezondheid",
    "Now": "Nu",
    "Due and not sent": "Aan de beurt en niet verstuurd",
    "Planned, the next 7 days": "Gepland, de komende 7 dagen",
    "Rules in force": "Regels die gelden",
    "revision {number}": "revisie {number}",
    "Customers set aside": "Klanten apart gezet",
    "Decides": "Besluit",
    "Rolled out": "Uitgerold",
    "In the shadow": "In de schaduw",
    "Since": "Sinds",
    "The newest": "De nieuwste",
    "Nothing is published: a directory of rules is in force.": "Er is niets gepubliceerd: er geldt een map met regels.",
    "What is planned": "Wat er gepland is",
    "Day": "Dag",
    "Invitations": "Uitnodigingen",
    "Nothing is planned for the next 7 days.": "Er is niets gepland voor de komende 7 dagen.",
    "The rate cap {cap} holds back {count} of them; the last leaves at {last}.": "De rate cap {cap} houdt er {count} tegen;"
    " de laatste vertrekt om {last}.",
    "Quotas of this period": "Quota van deze periode",
    "Quota": "Quotum",
    "For": "Voor",
    "Up to": "Tot",
    "Their data cannot be stored: they are not asked, and what they do becomes dead letters.": "Hun gegevens kunnen niet"
    " worden opgeslagen: ze krijgen geen vragen, en wat ze doen wordt dead letter.",
}
