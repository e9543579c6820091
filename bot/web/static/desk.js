/** What makes the pages live. Without any of it they are whole; with it nobody has to reload. */

import { startCounting } from "./count.js";
import { startFollowing } from "./follow.js";
import { startSearch } from "./search.js";
import { startKeys } from "./keys.js";

startCounting();
startSearch();
startFollowing();
startKeys();
