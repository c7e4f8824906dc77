/* rule_reader.h - what the files that read policy.conf share: a rule being read, and its mistakes.
 */
#ifndef CORDON_POLICY_RULE_READER_H
#define CORDON_POLICY_RULE_READER_H

#include "rule.h"
#include "syntax.h"

#define ON_LINK    (1u << FINDING_LINK)
#define ON_FILE    (1u << FINDING_FILE)
#define ON_ANOMALY (1u << FINDING_ANOMALY)
#define ON_SENDER  (1u << FINDING_SENDER)
#define ON_MARKUP  (1u << FINDING_MARKUP)
#define ON_RESULTS (1u << FINDING_RESULTS)
#define ON_TEXT    (1u << FINDING_TEXT)
#define ON_ANY     ((1u << FINDING_KINDS) - 1)

typedef struct reader {
  const Services *services;
  const Types *types;
  const Lists *lists;
  const Notices *notices;
  const Groups *groups;
  Problems *problems;
  const Section *section; /* being read */
  Rule *rule;
} Reader;

/* One question that a rule may ask. */
typedef struct predicate_reader {
  const char *name;
  unsigned on; /* what it can be asked of */
  void (*read)(const Reader *reader, const Option *option);
} PredicateReader;

/* Those about the finding, and those about the message that it is found in; each ends with a NULL
 * name. */
extern const PredicateReader finding_predicates[];
extern const PredicateReader scope_predicates[];

/* Reads action, tier, notice, mode and reason; what the rule is for and asks is read already. */
void rule_read_outcome(const Reader *reader);

/* A mistake at a value or, with NULL, of the section. */
void rule_report(const Reader *reader, const Value *value, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void rule_report_word(const Reader *reader, const Value *value, const char *what,
                      const char *const *names);

/* The values, as they are or in lower case. */
char **option_strv(const Option *option, gboolean lower);
WordSet *option_words(const Option *option, gboolean lower);

/* Names that must be among `names`, unless the file that defines them is broken. */
WordSet *option_known(const Reader *reader, const Option *option, const char *const *names,
                      gboolean broken);

/* Words of a table, as bits. */
unsigned option_bits(const Reader *reader, const Option *option, const char *const *names);

/* The names of bits, for people: "link, file". */
char *rule_words(unsigned bits, const char *const *names);

/* One word of a table, as its place; `fallback` where the option is not given, or wrong. */
int reader_word(const Reader *reader, const char *name, const char *const *names, int fallback);

Ask option_ask(const Reader *reader, const Option *option);

/* A date, as the time from which or (through) until after which something is so. */
gint64 option_date(const Reader *reader, const Option *option, gboolean through);

#endif
