#include "policy.h"
#include "ruleset_data.h"

static void
classify_link(const Ruleset *ruleset, Finding *finding)
{
  if (!finding->url)
    return;
  const Service *service = services_find(ruleset->services, finding->url);
  if (service) {
    finding->class_name = g_strdup(service->class_name);
    finding->service = g_strdup(service->id);
    finding->service_title = g_strdup(service->title);
  }
  finding->lists = lists_find(ruleset->lists, finding->url);
}

/* So that findings can be classified again, by another ruleset. */
static void
forget_classes(Finding *finding)
{
  g_clear_pointer(&finding->class_name, g_free);
  g_clear_pointer(&finding->service, g_free);
  g_clear_pointer(&finding->service_title, g_free);
  g_clear_pointer(&finding->groups, g_ptr_array_unref);
  g_clear_pointer(&finding->lists, g_ptr_array_unref);
}

void
policy_classify(const Ruleset *ruleset, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    Finding *finding = g_ptr_array_index(findings, i);
    forget_classes(finding);
    if (finding->kind == FINDING_FILE)
      finding->groups = types_groups(ruleset->types, finding);
    else
      classify_link(ruleset, finding);
  }
}
