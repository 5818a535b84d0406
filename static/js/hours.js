// The hours editor: each module makes one thing nicer, and all of them work on the form's fields.
import * as copy from "./hours/copy.js";
import * as keys from "./hours/keys.js";
import * as month from "./hours/month.js";
import * as pointer from "./hours/pointer.js";
import * as preview from "./hours/preview.js";
import * as undo from "./hours/undo.js";
import * as unsaved from "./hours/unsaved.js";
import * as week from "./hours/week.js";

for (const part of [week, pointer, keys, copy, month, undo, unsaved, preview]) part.connect();
