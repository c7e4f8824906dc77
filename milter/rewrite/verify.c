/* verify.c - promise 3: what the rules act on is not in what leaves. */
#include "rewrite.h"

#include "error.h"

/* This goes to logs: of an address only the host, as the rest may be somebody's key to it. */
static const char *
finding_evidence(const Finding *finding, int hop)
{
  const Url *url = finding_place(finding, hop).url;

  if (finding->kind == FINDING_LINK)
    return url != NULL ? url->host : NULL;
  if (finding->kind == FINDING_FILE)
    return finding->path;
  if (finding->kind == FINDING_MARKUP)
    return finding->active.element;
  if (finding->kind == FINDING_TEXT)
    return cue_name(finding->cue.id);
  return finding->detail;
}

static gboolean
is_left(const Decision *decision)
{
  return decision->action != ACTION_PASS && decision->action != ACTION_FLAG;
}

int
verify_plan(const GPtrArray *findings_after, const Plan *after, GError **error)
{
  if (after->decisions->len != findings_after->len) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE,
                "the second plan does not fit its findings");
    return -1;
  }
  for (guint i = 0; i < after->decisions->len; i++) {
    const Decision *decision = &g_array_index(after->decisions, Decision, i);
    const Finding *finding = g_ptr_array_index(findings_after, i);
    const char *evidence = finding_evidence(finding, decision->hop);
    if (!is_left(decision))
      continue;
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE,
                "still there after rewriting: %s %.200s (%s, %s)", finding_kind_name(finding->kind),
                evidence != NULL ? evidence : "", action_name(decision->action), decision->rule);
    return -1;
  }
  if (after->verdict == VERDICT_DELIVER)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "after rewriting the rules say %s: %s",
              verdict_name(after->verdict), after->reason != NULL ? after->reason : "");
  return -1;
}
