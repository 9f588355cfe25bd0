// What is done to a built page, one after the other. Trunk runs it last, and would run several hooks at once.

import "./cut.mjs";
import "./gather.mjs";
import "./policy.mjs";
// Which files there are, for the service worker: last, when they are what they will be.
import "./offline.mjs";
