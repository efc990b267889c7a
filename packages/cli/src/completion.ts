// Scripts by which a shell completes these commands: written from what the commands say of themselves, so that nothing
// runs while somebody types.
import type { Command, Option } from "commander";

export const completionShells = ["bash", "zsh", "fish"] as const;
export type CompletionShell = (typeof completionShells)[number];

export function completionScript(program: Command, shell: CompletionShell): string {
  const places = placesOf(program);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](places);
}

/** One place in a command line: the commands so far, and what can come next. */
interface Place {
  /** Such as `contacts import`; empty before any. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly PlaceOption[];
  /** What an argument can be, where that is settled. */
  readonly choices: readonly string[];
  /** Whether a file can come next. */
  readonly takesFile: boolean;
}

interface PlaceOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly takes: "nothing" | "folder" | "file" | "text" | readonly string[];
}

function placesOf(program: Command): Place[] {
  const globals = program.options.filter(({ long }) => long !== "--version");
  const places = (command: Command, path: string): Place[] => {
    const own = command === program ? program.options : [...command.options, ...globals];
    return [
      {
        path,
        commands: command.commands.map((each) => ({
          name: each.name(),
          description: each.description(),
        })),
        options: [
          ...own.map(placeOption),
          { long: "--help", short: "-h", description: "display help", takes: "nothing" },
        ],
        choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
        takesFile: command.registeredArguments.some((argument) => argument.name() === "file"),
      },
      ...command.commands.flatMap((each) => places(each, `${path} ${each.name()}`.trim())),
    ];
  };
  return places(program, "");
}

function placeOption({ long, short, flags, description, argChoices }: Option): PlaceOption {
  const placeholder = /<(\w+)>/.exec(flags)?.[1];
  const kinds: Readonly<Record<string, "folder" | "file">> = { dir: "folder", file: "file" };
  const takes = argChoices ?? (placeholder ? (kinds[placeholder] ?? "text") : "nothing");
  return { long: long ?? "", short, description, takes };
}

/** Options after which a word is theirs, and no command. */
function valueFlags(places: readonly Place[]): string[] {
  const taking = places
    .flatMap(({ options }) => options)
    .filter(({ takes }) => takes !== "nothing");
  return [...new Set(taking.flatMap(({ long, short }) => (short ? [long, short] : [long])))];
}

function bashScript(places: readonly Place[]): string {
  const words = ({ commands, choices, options }: Place) =>
    [...commands.map(({ name }) => name), ...choices, ...options.map(({ long }) => long)].join(" ");
  return `# assent: bash completion. Load it with: source <(assent completion bash)
_assent() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} place= known= at
  COMPREPLY=()
  case $before in
${valueCases(places, {
  folder: 'COMPREPLY=($(compgen -d -- "$word"))',
  file: 'COMPREPLY=($(compgen -f -- "$word"))',
  oneOf: (words) => `COMPREPLY=($(compgen -W "${words}" -- "$word"))`,
})}
  esac
  for ((at = 1; at < COMP_CWORD; at++)); do
${placeSteps(places, "COMP_WORDS")}
  done
  case $place in
${places
  .map((place) => {
    const files = place.takesFile ? '; COMPREPLY+=($(compgen -f -- "$word"))' : "";
    return `    "${place.path}") COMPREPLY=($(compgen -W "${words(place)}" -- "$word"))${files} ;;`;
  })
  .join("\n")}
  esac
}
complete -o filenames -F _assent assent`;
}

/** What completes the word behind an option, where bash and zsh differ. */
interface ValueReplies {
  readonly folder: string;
  readonly file: string;
  oneOf(words: string): string;
}

/** The cases of a word behind an option: it is that option's. */
function valueCases(places: readonly Place[], replies: ValueReplies): string {
  const replyTo = (takes: PlaceOption["takes"]) => {
    if (takes === "folder" || takes === "file") return replies[takes];
    return typeof takes === "string" ? ":" : replies.oneOf(takes.join(" "));
  };
  const cases = places
    .flatMap(({ options }) => options)
    .filter(({ takes }) => takes !== "nothing")
    .map(({ long, short, takes }): [string, string] => [
      short ? `${long}|${short}` : long,
      replyTo(takes),
    ]);
  return [...new Map(cases)]
    .map(([flags, reply]) => `    ${flags}) ${reply}; return ;;`)
    .join("\n");
}

/** What a loop over the words so far does with each: the place is the longest that is a command's. */
function placeSteps(places: readonly Place[], words: string): string {
  return `    case \${${words}[at]} in
      ${valueFlags(places).join("|")}) ((at++)) ;;
      -*) ;;
      *)
        known="$place\${place:+ }\${${words}[at]}"
        case $known in
          ${quotedPaths(places).join("|")}) place=$known ;;
        esac ;;
    esac`;
}

function quotedPaths(places: readonly Place[]): string[] {
  return places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
}

function zshScript(places: readonly Place[]): string {
  const described = ({ commands, choices, options }: Place) =>
    [
      ...choices,
      ...commands.map(({ name, description }) => zshQuoted(`${name}:${zshEscaped(description)}`)),
      ...options.map(({ long, description }) => zshQuoted(`${long}:${zshEscaped(description)}`)),
    ].join(" ");
  return `#compdef assent
# assent: zsh completion. Load it with: source <(assent completion zsh)
_assent() {
  local place= known= before=\${words[CURRENT-1]} at
  local -a candidates
  case $before in
${valueCases(places, {
  folder: "_files -/",
  file: "_files",
  oneOf: (words) => `compadd ${words}`,
})}
  esac
  for ((at = 2; at < CURRENT; at++)); do
${placeSteps(places, "words")}
  done
  case $place in
${places
  .map((place) => {
    const files = place.takesFile ? "; _files" : "";
    return `    "${place.path}") candidates=(${described(place)}); _describe assent candidates${files} ;;`;
  })
  .join("\n")}
  esac
}
compdef _assent assent`;
}

function zshEscaped(text: string): string {
  return text.replaceAll(":", "\\:");
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap((place) => {
    const here = `-n '__assent_is_at "${place.path}"'`;
    return [
      ...place.commands.map(
        ({ name, description }) =>
          `complete -c assent -f ${here} -a ${name} -d ${fishQuoted(description)}`,
      ),
      ...place.options.map(
        ({ long, short, description, takes }) =>
          `complete -c assent ${here} -l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ""}${fishValue(takes)} -d ${fishQuoted(description)}`,
      ),
      ...(place.choices.length > 0
        ? [`complete -c assent -f ${here} -a '${place.choices.join(" ")}'`]
        : []),
      ...(place.takesFile ? [`complete -c assent ${here} -F`] : []),
    ];
  });
  return `# assent: fish completion. Load it with: assent completion fish | source
function __assent_is_at
    set -l place ''
    set -l skips no
    for word in (commandline -opc)[2..]
        if test $skips = yes
            set skips no
            continue
        end
        switch $word
            case ${valueFlags(places).join(" ")}
                set skips yes
            case '-*'
            case '*'
                set -l known (string trim "$place $word")
                contains -- $known ${quotedPaths(places).join(" ")}; and set place $known
        end
    end
    test "$place" = "$argv[1]"
end
complete -c assent -f
${lines.join("\n")}`;
}

function fishValue(takes: PlaceOption["takes"]): string {
  if (takes === "nothing") return "";
  if (takes === "folder") return " -x -a '(__fish_complete_directories)'";
  if (takes === "file") return " -r -F";
  return takes === "text" ? " -x" : ` -x -a '${takes.join(" ")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
