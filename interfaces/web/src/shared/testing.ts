/** What every component test begins with. */
