"""What attackers type: the families, and one text in which all of them stand.

`MARK` stands in each, so that a destination shows whether it let one out of its place.
"""

import os

FULL = os.environ.get("SECURITY_DOSE") == "full"
MARK = "zqx"

HTML = (
    f"\"'><{MARK}-el on{MARK}=1></textarea></title></script></style></select>-->"
    f"<img src={MARK} onerror={MARK}()><svg/onload={MARK}()><a href=javascript:{MARK}()>x</a>"
)
TEMPLATE = f"{MARK}{{{{7*7}}}}${{7*7}}<%=7*7%>#{{7*7}} %s %(name)s {{0}} {{name}}"
HEADER = f"x\r\n{MARK}-Header: 1\r\n\r\n{MARK} body =?utf-8?q?=0D=0A{MARK}-Header:_1?="
CALENDAR = (
    f"x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n{MARK}-PROP:1\u2028"
    f"{MARK}-PROP:2\x85{MARK}-PROP:3;{MARK}=1,"
    f'":\\n\\'
)
SMTP = f"x>\r\nRCPT TO:<{MARK}@evil.example>\r\nDATA\r\n.\r\n{MARK}"
LOG = f"x\n{MARK}-line 200 OK\x1b[2J\x1b]0;{MARK}\x07"
CELLS = tuple(f"{sign}{MARK}()" for sign in ("=", "+", "-", "@", "\t=", "\r=", "\uff1d"))
SQL = f"'); DROP TABLE chats;-- {MARK} ' OR '1'='1"
ADDRESSES = (
    f"javascript:{MARK}()//https://a.example/",
    f"JaVaScRiPt:{MARK}()",
    f"data:text/html,<script>{MARK}()</script>",
    f"vbscript:{MARK}()",
    f"//{MARK}.example/",
    f"https://a.example/\r\n{MARK}-Header: 1",
    f'https://a.example/"><{MARK}-el>',
)
SINGLE = (HTML, TEMPLATE, HEADER, CALENDAR, SMTP, LOG, SQL, *CELLS)
# Begins as a formula, goes on as everything else.
ALL = f"={MARK}()" + "".join((HTML, TEMPLATE, HEADER, CALENDAR, SMTP, LOG, SQL))
ADDRESS = f"https://{MARK}.example/{HTML}{HEADER}"
TYPED = SINGLE if FULL else (ALL,)
