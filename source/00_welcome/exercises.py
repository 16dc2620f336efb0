"""The exercise of lesson 00: a first function, to practise writing, checking and handing in."""

from helpers.kit.author import Function, Slip

KEEP_EVERY_LETTER = "Leave the name as it was given, with its own capital and small letters."

greeting = Function(
    cases=[{"name": "Ada"}, {"name": "Emmy"}],
    hidden=[
        {"name": "Grace"},
        {"name": "Marie Curie"},
        {"name": "Ludwig van Beethoven"},
        {"name": "Zoë O'Neil-de la Cruz"},
        {"name": "bell hooks"},
    ],
    hints=(
        "Text in quotation marks stays as it is. You need text with a gap in it that the name can fill.",
        "An f in front of the quotation mark lets braces hold a value: with word = 'tea', f'I like {word}.' "
        "is 'I like tea.'",
    ),
    slips=[
        Slip("same name for everyone", "'Hello, Ada!'",
             "Ada is only the example. Use name, so that everybody is greeted by their own name."),
        Slip("the word name instead of its value", "'Hello, name!'",
             "Your text contains the four letters n-a-m-e. To put in the value instead, write an f before "
             "the opening quotation mark and braces around name."),
        Slip("f before the quotation mark forgotten", "'Hello, {name}!'",
             "The braces are there, but Python fills them only where there is an f right before the "
             "opening quotation mark."),
        Slip("exclamation mark forgotten", "greeting(name)[:-1]",
             "The words are right. Compare the end of the two texts, character by character."),
        Slip("comma forgotten", "greeting(name).replace(',', '')",
             "The words are right. Compare the two texts after Hello, character by character."),
        Slip("space forgotten", "greeting(name).replace(', ', ',')",
             "The words are right. Compare the two texts between the comma and the name."),
        Slip("space before the exclamation mark", "greeting(name).replace('!', ' !')",
             "An extra space has slipped in. Compare the two texts after the name."),
        Slip("small letter at the start", "greeting(name).replace('H', 'h')",
             "Python tells capital letters from small ones. Compare the first letters of the two texts."),
        Slip("another mark at the end", "greeting(name).replace('!', '.')",
             "The words are right. Compare the last characters of the two texts."),
        Slip("line break at the end", "greeting(name) + '\\n'",
             "\\n at the end of your text starts a new line. print needs none, and the greeting has none."),
        Slip("quotation marks around the name", "greeting(repr(name))",
             "Python shows text in quotation marks, but they are not part of it: the greeting has none "
             "inside."),
        Slip("only the name", "name",
             "The name comes back on its own. The greeting has words and marks around it."),
        Slip("letters of the name changed", "greeting(name.upper())", KEEP_EVERY_LETTER),
        Slip("letters of the name changed", "greeting(name.lower())", KEEP_EVERY_LETTER),
        Slip("letters of the name changed", "greeting(name.capitalize())", KEEP_EVERY_LETTER),
        Slip("letters of the name changed", "greeting(name.title())", KEEP_EVERY_LETTER),
        Slip("only the first word of the name", "greeting(name.split()[0])",
             "A name may have several words. All of it belongs in the greeting."),
    ],
)
