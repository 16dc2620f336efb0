"""What columns of rosters are called: in platforms' files and in their translations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# The first of these that a row fills is the student's id in the course; all of them are known by.
IDS = (
    "id", "student id", "studentid", "student", "user id", "username", "user name", "login", "sis login id",
    "login id", "sis user id", "sis id", "sid", "id number", "idnumber", "student number", "orgdefinedid",
    # German
    "matrikelnummer", "matrikelnr", "anmeldename", "benutzername", "benutzerkennung", "kennung", "id nummer",
    # French
    "identifiant", "nom d utilisateur", "numero d identification", "numero etudiant", "numero d etudiant",
    # Spanish, Portuguese, Italian
    "nombre de usuario", "usuario", "numero de id", "matricula", "nome de usuario", "numero de identificacao",
    "nome utente", "username utente", "codice identificativo", "numero id",
    # Dutch, Swedish, Polish
    "gebruikersnaam", "id nummer", "studentnummer", "anvandarnamn", "nazwa uzytkownika",
)  # fmt: skip
FIRST_NAMES = (
    "first name", "firstname", "given name", "given names", "vorname", "prenom", "nombre", "nombre s", "nome",
    "voornaam", "fornamn", "imie", "primeiro nome",
)  # fmt: skip
LAST_NAMES = (
    "last name", "lastname", "surname", "family name", "nachname", "nom", "nom de famille", "apellido",
    "apellidos", "apellido s", "cognome", "apelido", "sobrenome", "achternaam", "efternamn", "nazwisko",
)  # fmt: skip
FULL_NAMES = (
    "name", "full name", "fullname", "student name", "vollstandiger name", "nom complet", "nombre completo",
    "nome completo", "volledige naam", "fullstandigt namn",
)  # fmt: skip
EMAILS = (
    "email", "e mail", "email address", "e mail address", "mail", "e mail adresse", "adresse de courriel",
    "adresse e mail", "courriel", "direccion de correo", "correo electronico",
    "direccion de correo electronico",
    "correo", "indirizzo email", "endereco de email", "e mailadres", "e postadress", "adres e mail",
)  # fmt: skip
PLATFORM_IDS = ("lms user id", "platform id", "canvas id", "canvas user id", "ilias id", "moodle id")
# Moodle's grading worksheet: a word for participant and a number.
PARTICIPANTS = (
    "identifier",
    "id de participante",
    "identificateur",
    "kennung",
    "identificador",
    "identificativo",
)
# Its columns of marks, in the languages that it is translated to most.
GRADES = (
    "grade", "bewertung", "note", "calificacion", "valutazione", "nota", "cijfer", "betyg", "ocena",
    "avaliacao",
)  # fmt: skip
MAXIMUM_GRADES = (
    "maximum grade", "bestwertung", "beste bewertung", "hochste bewertung", "note maximale",
    "calificacion maxima",
    "valutazione massima", "nota maxima", "maximum cijfer", "maximumcijfer", "hogsta betyg",
    "maksymalna ocena",
)  # fmt: skip
# Canvas' gradebook, which is not translated where it is read again.
CANVAS = ("student", "id", "section")


def plain(header: str) -> str:
    """A header without case, accents and signs: `E-Mail-Adresse` is `e mail adresse`."""
    letters = unicodedata.normalize("NFKD", header.casefold())
    return " ".join(
        re.findall(r"[^\W_]+", "".join(each for each in letters if not unicodedata.combining(each)))
    )


def columns_of(header: Sequence[str], names: Sequence[str]) -> list[int]:
    """The columns with one of these names, in the order of the names."""
    there = [plain(each) for each in header]
    return [there.index(name) for name in dict.fromkeys(names) if name in there]
