"""Word lists behind the reader of profile facts.

Each table maps a canonical value to the ways people type it, in lower case with straight apostrophes.
"""

from __future__ import annotations

import functools
import zoneinfo

DIETS: dict[str, list[str]] = {
    "vegan": [
        "vegan",
        "vegans",
        "plant based",
        "plant-based",
        "plantbased",
        "whole food plant based",
        "vegen",
    ],
    "vegetarian": ["vegetarian", "vegetarians", "veggie", "vego", "vegitarian", "vegeterian", "lacto-ovo"],
    "pescatarian": ["pescatarian", "pescetarian", "pescaterian", "pescitarian"],
    "omnivore": ["omnivore", "omni", "omnivorous", "flexitarian", "meat eater", "meat-eater"],
}

CONDITIONS: dict[str, list[str]] = {
    "pregnancy": [
        "pregnant",
        "pregnancy",
        "expecting a baby",
        "expecting a child",
        "expecting twins",
        "postpartum",
        "post-partum",
        "post partum",
        "breastfeeding",
        "breast feeding",
        "breast-feeding",
        "first trimester",
        "second trimester",
        "third trimester",
        "trimester",
        "just had a baby",
        "had a baby",
        "had the baby",
        "had my baby",
        "had our baby",
        "had twins",
        "gave birth",
        "preggo",
        "pregant",
    ],
    "kidney": [
        "one kidney",
        "1 kidney",
        "single kidney",
        "kidney",
        "kidneys",
        "ckd",
        "dialysis",
        "nephritis",
        "renal",
        "kidney disease",
        "kidney stones",
        "kidney problems",
        "kidney transplant",
    ],
    "heart": [
        "heart condition",
        "heart disease",
        "heart attack",
        "heart failure",
        "heart problem",
        "heart problems",
        "heart issue",
        "heart issues",
        "heart murmur",
        "heart defect",
        "heart surgery",
        "bad heart",
        "weak heart",
        "heart trouble",
        "arrhythmia",
        "afib",
        "atrial fibrillation",
        "pacemaker",
        "angina",
        "high blood pressure",
        "hypertension",
        "cardiomyopathy",
        "myocarditis",
        "coronary disease",
        "stent",
        "bypass surgery",
    ],
    "diabetes": [
        "diabetes",
        "diabetic",
        "diabetics",
        "type 1",
        "type 2",
        "t1d",
        "t2d",
        "prediabetes",
        "prediabetic",
        "type one",
        "type two",
        "diabetis",
        "insulin pump",
        "on insulin",
        "take insulin",
        "taking insulin",
    ],
    "eating": [
        "eating disorder",
        "eating disorders",
        "disordered eating",
        "anorexia",
        "anorexic",
        "anorexia nervosa",
        "bulimia",
        "bulimic",
        "binge eating",
        "binge eating disorder",
        "arfid",
        "orthorexia",
        "orthorexic",
    ],
    "injury": [
        "torn meniscus",
        "meniscus tear",
        "meniscus",
        "torn acl",
        "acl tear",
        "acl",
        "mcl",
        "stress fracture",
        "stress fractures",
        "stress reaction",
        "tendonitis",
        "tendinitis",
        "tendinopathy",
        "achilles tendonitis",
        "achilles tendinitis",
        "runner's knee",
        "runners knee",
        "shin splints",
        "herniated disc",
        "herniated disk",
        "slipped disc",
        "slipped disk",
        "bulging disc",
        "sprained ankle",
        "sprained my ankle",
        "ankle sprain",
        "injured",
        "injury",
        "sprained",
        "sprain",
        "strained",
        "injuries",
        "plantar fasciitis",
        "plantar fascitis",
        "hernia",
        "sciatica",
        "bad knee",
        "bad knees",
        "bad back",
        "bad shoulder",
        "bad hip",
        "bad ankle",
        "dodgy knee",
        "dodgy back",
        "knee problem",
        "knee problems",
        "back problem",
        "back problems",
        "shoulder problem",
        "hip problem",
        "knee pain",
        "back pain",
        "hip pain",
        "shoulder pain",
        "ankle pain",
        "broken foot",
        "broken leg",
        "broken arm",
        "broken ankle",
        "broken toe",
        "broken wrist",
        "torn hamstring",
        "pulled hamstring",
        "hamstring strain",
        "torn calf",
        "calf strain",
        "pulled calf",
        "rotator cuff",
        "torn labrum",
        "it band",
        "itbs",
        "tennis elbow",
        "golfer's elbow",
        "knee replacement",
        "hip replacement",
        "knee surgery",
        "fracture",
        "concussion",
        "tore my acl",
        "tore my meniscus",
        "tore my hamstring",
        "tore my calf",
        "pulled my hamstring",
        "pulled my calf",
        "broke my foot",
        "broke my leg",
        "broke my arm",
        "broke my ankle",
        "broke my toe",
        "broke my wrist",
        "twisted my ankle",
        "rolled my ankle",
        "hurt my knee",
        "hurt my back",
        "hurt my ankle",
        "hurt my shoulder",
        "tore my rotator cuff",
        "achilles rupture",
        "ruptured achilles",
    ],
    "other": [
        "asthma",
        "asthmatic",
        "epilepsy",
        "epileptic",
        "thyroid",
        "hypothyroid",
        "hypothyroidism",
        "hyperthyroidism",
        "hashimoto's",
        "hashimotos",
        "cancer",
        "osteoporosis",
        "osteopenia",
        "osteoarthritis",
        "arthritis",
        "copd",
        "crohn's",
        "crohns",
        "colitis",
        "anemia",
        "anaemia",
        "anemic",
        "anaemic",
        "pcos",
        "high cholesterol",
        "blood thinners",
        "multiple sclerosis",
        "long covid",
        "fibromyalgia",
        "lupus",
        "liver disease",
        "endometriosis",
        "reds",
        "red-s",
        "lymphoma",
        "parkinson's",
        "chronic fatigue",
    ],
}

# Canonical food -> other spellings. The canonical name is what a recipe filter and a reader both understand.
FOODS: dict[str, list[str]] = {
    "peanuts": ["peanut"], "nuts": ["nut"], "tree nuts": ["tree nut"], "almonds": ["almond"],
    "cashews": ["cashew"], "walnuts": ["walnut"], "hazelnuts": ["hazelnut"], "pistachios": ["pistachio"],
    "dairy": [], "milk": ["cow's milk", "cows milk"], "lactose": [], "cheese": [], "yogurt": ["yoghurt"],
    "cottage cheese": [], "butter": [], "cream": [], "whey": ["whey protein"], "casein": [], "gluten": [],
    "wheat": [], "bread": [], "pasta": [], "rice": [], "oats": ["oat", "oatmeal", "porridge"], "corn": [],
    "potatoes": ["potato"], "eggs": ["egg"], "egg whites": [], "fish": [], "salmon": [], "tuna": [],
    "cod": [], "seafood": ["sea food"], "shellfish": ["shell fish"], "shrimp": ["shrimps"],
    "prawns": ["prawn"], "crab": [], "lobster": [], "oysters": ["oyster"], "mussels": ["mussel"],
    "sardines": ["sardine"], "anchovies": ["anchovy"], "pork": [], "bacon": [], "ham": [], "beef": [],
    "lamb": [], "veal": [], "steak": [], "red meat": [], "chicken": [], "turkey": [], "poultry": [],
    "soy": ["soya", "soja"], "tofu": [], "tempeh": [], "beans": ["bean"], "lentils": ["lentil"],
    "chickpeas": ["chickpea"], "peas": [], "legumes": ["legume"], "mushrooms": ["mushroom"],
    "tomatoes": ["tomato"], "onions": ["onion"], "garlic": [], "broccoli": [], "spinach": [], "kale": [],
    "cauliflower": [], "peppers": [], "avocado": ["avocados"], "bananas": ["banana"], "apples": ["apple"],
    "strawberries": ["strawberry"], "kiwi": ["kiwis"], "citrus": [], "oranges": [], "coconut": [],
    "sesame": [], "mustard": [], "celery": [], "olives": ["olive"], "cilantro": ["coriander"],
    "sugar": [], "honey": [], "chocolate": [], "caffeine": [], "coffee": [], "alcohol": [],
    "sulphites": ["sulfites", "sulphite"], "lupin": [], "gelatin": ["gelatine"], "tuna fish": [],
    "vegetables": ["veggies", "veg"], "liver": [], "quinoa": [], "fructose": [], "histamine": [],
    "fodmaps": ["fodmap"], "beetroot": ["beets"], "cucumber": ["cucumbers"], "eggplant": ["aubergine"],
    "spicy food": [], "protein powder": ["protein powders"],
}  # fmt: skip

# Places people name that are not the city of an IANA zone.
PLACES: dict[str, str] = {
    "Europe/London": "uk|u.k.|united kingdom|england|scotland|wales|britain|great britain|manchester"
    "|birmingham|"
    "liverpool|leeds|glasgow|edinburgh|bristol|cardiff|gmt|bst|british",
    "Europe/Dublin": "ireland|irish|cork|galway",
    "Europe/Berlin": "germany|german|munich|münchen|hamburg|cologne|köln|frankfurt|stuttgart|leipzig|dresden|"
    "cet|cest|central european|düsseldorf",
    "Europe/Paris": "france|french|lyon|marseille|toulouse|nice france",
    "Europe/Madrid": "spain|spanish|barcelona|valencia|seville",
    "Europe/Rome": "italy|italian|milan|naples|turin|florence",
    "Europe/Amsterdam": "netherlands|holland|the netherlands|dutch|rotterdam|utrecht|the hague|eindhoven",
    "Europe/Brussels": "belgium|antwerp|ghent",
    "Europe/Zurich": "switzerland|swiss|geneva|basel|bern|zürich",
    "Europe/Vienna": "austria|graz|salzburg|wien",
    "Europe/Warsaw": "poland|krakow|gdansk|wroclaw",
    "Europe/Prague": "czechia|czech republic|brno",
    "Europe/Lisbon": "portugal|porto",
    "Europe/Stockholm": "sweden|gothenburg|malmo",
    "Europe/Oslo": "norway|bergen",
    "Europe/Copenhagen": "denmark|aarhus",
    "Europe/Helsinki": "finland|eet",
    "Europe/Athens": "greece",
    "Europe/Budapest": "hungary",
    "Europe/Bucharest": "romania",
    "Europe/Kyiv": "ukraine|kiev",
    "Europe/Istanbul": "turkey|ankara",
    "America/New_York": "nyc|new york city|eastern|est|edt|et|boston|miami|atlanta|philadelphia|philly"
    "|washington dc|"
    "washington d.c.|dc|orlando|tampa|charlotte|brooklyn|florida|new jersey|massachusetts|ohio|pittsburgh|"
    "us eastern|east coast",
    "America/Chicago": "central|cst|cdt|texas|dallas|houston|austin|san antonio|minneapolis"
    "|nashville|st louis|"
    "new orleans|milwaukee|kansas city|illinois|us central",
    "America/Denver": "mountain|mst|mdt|colorado|utah|salt lake city|boulder|us mountain",
    "America/Phoenix": "arizona|tucson",
    "America/Los_Angeles": "pacific|pst|pdt|pt|california|la|san francisco|sf|seattle|san diego"
    "|portland|oregon|"
    "las vegas|san jose|oakland|us pacific|west coast",
    "America/Toronto": "ottawa|montreal|ontario|quebec",
    "America/Vancouver": "british columbia",
    "America/Edmonton": "calgary|alberta",
    "America/Sao_Paulo": "são paulo|rio|rio de janeiro|brazil|brasilia",
    "America/Mexico_City": "mexico|guadalajara",
    "America/Argentina/Buenos_Aires": "argentina",
    "America/Bogota": "colombia|medellin",
    "America/Santiago": "chile",
    "America/Lima": "peru",
    "Asia/Kolkata": "india|ist|mumbai|delhi|new delhi|bangalore|bengaluru|chennai|hyderabad|pune|indian",
    "Asia/Shanghai": "china|beijing|shenzhen",
    "Asia/Tokyo": "japan|jst|osaka|kyoto",
    "Asia/Seoul": "korea|south korea",
    "Asia/Dubai": "uae|abu dhabi",
    "Asia/Jerusalem": "israel|tel aviv",
    "Asia/Manila": "philippines",
    "Asia/Jakarta": "indonesia",
    "Asia/Bangkok": "thailand|chiang mai",
    "Asia/Ho_Chi_Minh": "vietnam|hanoi|saigon",
    "Asia/Kuala_Lumpur": "malaysia",
    "Asia/Karachi": "pakistan|lahore",
    "Asia/Dhaka": "bangladesh",
    "Asia/Taipei": "taiwan",
    "Asia/Riyadh": "saudi arabia|saudi",
    "Australia/Sydney": "aest|aedt|australia|canberra|nsw",
    "Australia/Brisbane": "queensland|gold coast",
    "Australia/Perth": "awst",
    "Pacific/Auckland": "new zealand|nz|wellington|christchurch|nzst",
    "Africa/Johannesburg": "south africa|cape town|durban|sast",
    "Africa/Lagos": "nigeria",
    "Africa/Nairobi": "kenya",
    "Africa/Cairo": "egypt",
    "Africa/Casablanca": "morocco",
    "Pacific/Honolulu": "hawaii",
    "America/Anchorage": "alaska",
    "America/Halifax": "nova scotia",
    "UTC": "utc|zulu",
}

# Zone abbreviations and adjectives that mean a zone only next to "time" or as an answer.
ONLY_WITH_TIME = frozenset(
    "et pt est pst mst cst eastern central mountain pacific british irish german french "
    "spanish italian dutch "
    "swiss indian east west north south general center easter".split()
)


@functools.lru_cache(maxsize=1)
def time_zones() -> dict[str, str]:
    """Names people use for a time zone (lower case) to the IANA name; built at first use."""
    table: dict[str, str] = {}
    for zone in sorted(zoneinfo.available_timezones()):
        if "/" not in zone or zone.startswith(("Etc/", "SystemV/", "US/", "posix", "right")):
            continue
        table.setdefault(zone.rsplit("/", 1)[1].replace("_", " ").lower(), zone)
        table[zone.lower()] = zone
    for zone, names in PLACES.items():
        for name in names.split("|"):
            table[name] = zone
    return table


RELATIVES = (
    r"(?:(?:step|grand)?(?:dad|daddy|father|mum|mom|mommy|mummy|mother|son|daughter|pa|ma)"
    r"|wife|husband|hubby|partner"
    r"|girlfriend|boyfriend|gf|bf|kid|child|children|brother|sister|sibling|bro|sis|friend"
    r"|buddy|mate|client|coach"
    r"|trainer|boss|neighbou?r|room ?mate|flat ?mate|colleague|co-?worker|cousin|uncle|aunt"
    r"|nana?|gran(?:dma|dpa|ny)?"
    r"|parent|family|team|team ?mate|athlete|student|doctor|dog|cat|fianc[eé]e?|spouse|twin"
    r"|nephew|niece|training partner"
    r"|gym buddy|running buddy|pt|physio|baby|toddler|teenager|ex|bestie|pal|in-?law)s?"
)

PERSON = (
    r"(?:guys?|m[ae]n|wom[ae]n|persons?|people|lad(?:y|ies)|girls?|boys?|dudes?|runners?"
    r"|lifters?|athletes?|females?|males?"
    r"|beginners?|adults?|teens?|teenagers?|vegans?|vegetarians?|olds?|yo|y/o|client|friend"
    r"|diabetics?|someone|kid|child|bloke"
    r"|mate|buddy|player|hiker|swimmer|cyclist|bodybuilder|powerlifter|pensioner|novice)"
)
