/* jailbreak.h - what a worker that was taken over would try. In cordon-worker-hooks only. */
#ifndef CORDON_JAILBREAK_H
#define CORDON_JAILBREAK_H

/* Tries what the line of words says ("open /etc/passwd", "kill 1234"); a new string that tells how
 * it went: "open: Permission denied", "open: done". Does not come back from what is death. */
char *jailbreak(const char *words);

#endif
