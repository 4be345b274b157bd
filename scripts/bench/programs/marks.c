// SPDX-License-Identifier: GPL-2.0
/*
 * Marks for scripts:
 *   marks run WHERE ROW COUNT COMMAND...    count one command, which must succeed
 *   marks begin WHERE ROW COUNT COMMAND...  start counting and become the command
 *   marks end                               stop counting, in any domain
 *   marks boot WHERE ROW                    report what was counted since the kernel began
 */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mark.h"

static char **command;

static void run_command(unsigned int n)
{
	int status;
	pid_t child = must(vfork());

	(void)n;
	if (!child) {
		execvp(command[0], command);
		_exit(127);
	}
	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		errno = ECANCELED;
		fail(command[0]);
	}
}

static int usage(void)
{
	fprintf(stderr, "marks run|begin WHERE ROW COUNT COMMAND...\n"
		"marks end\nmarks boot WHERE ROW\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "end")) {
		MARK(MARK_END);
		return 0;
	}
	if (argc < 4)
		return usage();
	bench_where = argv[2];
	if (!strcmp(what, "boot")) {
		mark_text("%s %s 1", bench_where, argv[3]);
		MARK(MARK_BOOT);
		printf("row %s %s 1 %llu\n", bench_where, argv[3],
		       (unsigned long long)now_ns());
		return 0;
	}
	if (argc < 6)
		return usage();
	command = argv + 5;
	if (!strcmp(what, "run")) {
		bench_row(&(struct row) {
			argv[3], 0, strtoul(argv[4], NULL, 10), run_command });
		return 0;
	}
	if (!strcmp(what, "begin")) {
		mark_text("%s %s %s", bench_where, argv[3], argv[4]);
		MARK(MARK_BEGIN);
		execvp(command[0], command);
		fail(command[0]);
	}
	return usage();
}
