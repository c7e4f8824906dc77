/* pipeline.h - the pure function that Cordon is: letter + ruleset ─▶ reply. */
#ifndef CORDON_PIPELINE_H
#define CORDON_PIPELINE_H

#include "file.h"
#include "letter.h"
#include "policy.h"
#include "reply.h"

/* Never fails: an error becomes a hold (content we cannot carry a plan out on) or a tempfail. */
Reply *pipeline_run(const Letter *letter, const Ruleset *ruleset, FileScanner *scanner);

#endif
