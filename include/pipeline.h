/* pipeline.h - the pure function that Cordon is: letter + ruleset ─▶ reply. */
#ifndef CORDON_PIPELINE_H
#define CORDON_PIPELINE_H

#include "file.h"
#include "letter.h"
#include "policy.h"
#include "reply.h"
#include "stage.h"

/* Told of each stage before it begins, and of STAGE_NONE after the last. */
typedef void (*PipelineBegins)(Stage stage, void *data);

/* Never fails: an error becomes a hold (content we cannot carry a plan out on) or a tempfail.
 * begins may be NULL. */
Reply *pipeline_run(const Letter *letter, const Ruleset *ruleset, FileScanner *scanner,
                    PipelineBegins begins, void *data);

#endif
