/* The order of the stages. An error of a stage never delivers: what cannot be carried out is held,
 * and what cannot be checked after it is held too. */
#include "pipeline.h"

#include "disarm.h"
#include "event.h"
#include "inspect.h"
#include "log.h"
#include "rewrite.h"
#include "tree.h"
#include "views.h"

#include <string.h>

/* Where a letter is. */
typedef struct course {
  StageTimes times;
  Stage stage;
  gint64 since;
  PipelineBegins begins;
  void *data;
} Course;

static void
enter(Course *course, Stage stage)
{
  gint64 now = g_get_monotonic_time();

  if (course->stage != STAGE_NONE)
    course->times.us[course->stage] += now - course->since;
  course->stage = stage;
  course->since = now;
  if (course->begins != NULL)
    course->begins(stage, course->data);
}

/* A reason may quote a file name: it must be one printable line. */
static void
set_reason(Reply *reply, const char *why)
{
  g_free(reply->reason);
  reply->reason = log_escape(why, -1, 500);
}

static void
hold(Reply *reply, const char *why)
{
  reply->verdict = VERDICT_HOLD;
  set_reason(reply, why);
  g_ptr_array_set_size(reply->headers, 0);
  g_clear_pointer(&reply->body, g_bytes_unref);
}

/* Nothing was decided that could stand: an engine was missing. */
static void
put_off(Reply *reply, const char *why)
{
  hold(reply, why);
  reply->verdict = VERDICT_TEMPFAIL;
  reply->unscanned = TRUE;
}

static Plan *
decide(const Letter *letter, const Ruleset *ruleset, GPtrArray *findings)
{
  policy_classify(ruleset, findings);
  policy_route(ruleset, letter, findings);
  return policy_decide(ruleset, letter, findings);
}

/* From here on the reply's body is that of the result, and not a second copy of it. */
static void
share_body(Reply *reply, GBytes *result)
{
  size_t len, all = g_bytes_get_size(result);

  if (reply->body == NULL)
    return;
  len = g_bytes_get_size(reply->body);
  g_bytes_unref(reply->body);
  reply->body = g_bytes_new_from_bytes(result, all - len, len);
}

/* Promise 3: what leaves is inspected like what came. */
static int
verify(const Letter *letter, Reply *reply, const Ruleset *ruleset, FileScanner *scanner,
       GError **error)
{
  g_autoptr(GBytes) bytes = reply_apply(letter, reply, error);
  g_autoptr(Tree) tree = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(Plan) plan = NULL;

  if (bytes == NULL)
    return -1;
  share_body(reply, bytes);
  tree = tree_parse(bytes);
  findings = inspect_run(tree, scanner, TRUE); /* marks stand in it now */
  plan = decide(letter, ruleset, findings);
  return verify_plan(findings, plan, error);
}

/* What had to be done and is not, what the front would refuse at every try, and what still stands
 * in the result: each is an error. */
static int
check(const Letter *letter, const GPtrArray *findings, const Plan *plan, const Ruleset *ruleset,
      FileScanner *scanner, Reply *reply, GError **error)
{
  if (!reply_changes(reply))
    return verify_plan(findings, plan, error);
  if (reply_check(reply, error) != 0 || reply_check_fields(reply, letter, error) != 0)
    return -1;
  return verify(letter, reply, ruleset, scanner, error);
}

static void
carry_out(const Letter *letter, const Tree *tree, const GPtrArray *findings, Plan *plan,
          const Ruleset *ruleset, FileScanner *scanner, Reply *reply, Course *course)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) disarmed = NULL;
  int done;

  enter(course, STAGE_REWRITE);
  disarmed = disarm_run(letter, tree, findings, plan, ruleset, scanner);
  done = rewrite_run(letter, tree, findings, plan, disarmed, ruleset, reply, &error);
  g_clear_pointer(&disarmed, g_ptr_array_unref);
  if (reply_changes(reply))
    tree_forget_contents(tree); /* for the sake of those of the result */
  enter(course, STAGE_VERIFY);
  if (done == 0)
    done = check(letter, findings, plan, ruleset, scanner, reply, &error);
  if (done != 0)
    hold(reply, error->message);
}

static void
add_views(const Letter *letter, const Tree *before, Reply *reply)
{
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(Tree) after = NULL;

  if (!letter->views)
    return;
  if (reply->verdict == VERDICT_DELIVER)
    bytes = reply_apply(letter, reply, NULL);
  if (bytes != NULL)
    after = tree_parse(bytes);
  g_free(reply->views);
  reply->views = views_json(before, after);
}

Reply *
pipeline_run(const Letter *letter, const Ruleset *ruleset, FileScanner *scanner,
             PipelineBegins begins, void *data)
{
  Reply *reply = reply_new();
  Course course = {.stage = STAGE_NONE, .begins = begins, .data = data};
  g_autoptr(Tree) tree = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(Plan) plan = NULL;

  file_scanner_forget(scanner);
  enter(&course, STAGE_MIME);
  tree = tree_parse(letter->raw);
  enter(&course, STAGE_INSPECT);
  findings = inspect_run(tree, scanner, letter->sealed);
  enter(&course, STAGE_POLICY);
  plan = decide(letter, ruleset, findings);
  reply->verdict = plan->verdict;
  if (plan->reason != NULL)
    set_reason(reply, plan->reason);
  if (plan->verdict == VERDICT_DELIVER)
    carry_out(letter, tree, findings, plan, ruleset, scanner, reply, &course);
  if (file_scanner_failure(scanner) && ruleset_settings(ruleset)->tempfail_on_engine)
    put_off(reply, file_scanner_failure(scanner));
  enter(&course, STAGE_NONE);
  g_free(reply->classes);
  reply->classes = event_classes(findings, plan);
  g_free(reply->event);
  reply->event = event_json(letter, tree, findings, plan, ruleset, &course.times,
                            reply->verdict == plan->verdict ? NULL : reply->reason);
  add_views(letter, tree, reply);
  return reply;
}
