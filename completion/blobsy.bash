# bash completion of blobsy, and of git blobsy; made by: blobsy completion bash
# For bash 3.2 and later. No name of a file, a branch or a backend is ever evaluated.

# What can follow the command $1.
_blobsy_of() {
  case $1 in
@CASES@
  *) kind=text flags= valued= ;;
  esac
}

_blobsy_known() {
  case $1 in
  commands) _blobsy_offer @COMMANDS@ ;;
  shells) _blobsy_offer @SHELLS@ ;;
  urls) _blobsy_offer @URLS@ ;;
  verbs) _blobsy_offer @VERBS@ ;;
  settings) _blobsy_offer @SETTINGS@ ;;
  esac
}

# Adds those of its arguments that begin with $cur.
_blobsy_offer() {
  local word
  for word; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
}

# Makes $cur what the shell would read it as: without its quotes and backslashes.
_blobsy_unquote() {
  local text=$cur char quote= i
  cur=
  for ((i = 0; i < ${#text}; i++)); do
    char=${text:i:1}
    if [[ $quote != \' && $char == \\ ]]; then
      i=$((i + 1))
      cur+=${text:i:1}
    elif [[ -n $quote && $char == "$quote" ]]; then
      quote=
    elif [[ -z $quote && ( $char == \' || $char == \" ) ]]; then
      quote=$char
    else
      cur+=$char
    fi
  done
  open=$quote
}

# Makes $quoted what the shell reads as the name $1. Not every name can stand in the quotes that are open,
# and printf %q can write any of them in a way that is evaluated there: such a name is not offered.
_blobsy_quote() {
  local char i
  quoted=
  for ((i = 0; i < ${#1}; i++)); do
    char=${1:i:1}
    case $char in
    [A-Za-z0-9_./-]) ;;
    [[:cntrl:]]) return 1 ;;
    \~) [[ $i == 0 && $1 == \~/* && -z $open ]] || quoted+=\\ ;;
    *)
      [[ -z $open ]] || return 1
      quoted+=\\
      ;;
    esac
    quoted+=$char
  done
}

# $1: payloads, files or directories. $2: set after --, where nothing is taken for a flag.
_blobsy_paths() {
  local name shown quoted by_hand= found=()
  # Told that they are names of files, readline quotes them; bash before 4.0 cannot be told here.
  builtin compopt -o filenames 2>/dev/null || by_hand=1
  while IFS= read -r name; do
    if [[ -d ${name/#\~\//$HOME/} ]]; then
      found+=("$name")
    elif [[ $1 == payloads && $name == *.bref ]]; then
      shown=${name%.bref}
      if [[ $shown == "$cur"* ]]; then found+=("$shown"); else found+=("$name"); fi
    elif [[ $1 == files ]]; then
      found+=("$name")
    fi
  done < <(compgen -f -- "$cur")
  for name in "${found[@]}"; do
    [[ -z $2 && $name == -* ]] && name=./$name
    if [[ -n $by_hand ]]; then
      _blobsy_quote "$name" || continue
      [[ -d ${name/#\~\//$HOME/} ]] && quoted+=/
      name=$quoted
    fi
    COMPREPLY+=("$name")
  done
}

_blobsy_refs() {
  local name quoted
  while IFS= read -r name; do
    [[ $name == "$cur"* ]] && _blobsy_quote "$name" && COMPREPLY+=("$quoted")
  done < <(git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null)
}

# Of .blobsyconfig, and of your own configuration; a name with anything special in it is left out.
_blobsy_backends() {
  local name top
  top=$(git rev-parse --show-toplevel 2>/dev/null) || return
  while IFS= read -r name; do
    name=${name#blobsy.}
    name=${name#backend.}
    name=${name%.*}
    [[ $name == *[!A-Za-z0-9._-]* || $name == -* ]] && continue
    [[ " ${COMPREPLY[*]} " == *" $name "* ]] || _blobsy_offer "$name"
  done < <(
    git config --file "$top/.blobsyconfig" --name-only --get-regexp '^backend\..+\.' 2>/dev/null
    git config --name-only --get-regexp '^blobsy\.backend\..+\.' 2>/dev/null
  )
}

# The arguments are the words between the program and the one at the cursor, which is $cur.
_blobsy_complete() {
  local IFS=$' \t\n' open= kind= flags= valued= command= dashes= value= count=0 word pair
  COMPREPLY=()
  _blobsy_unquote
  _blobsy_of ''
  for word; do
    if [[ $word == = ]]; then
      continue # --flag=value comes as three words
    elif [[ -n $value ]]; then
      value=
    elif [[ -z $dashes && $word == -- ]]; then
      dashes=1
    elif [[ -z $dashes && $word == -* ]]; then
      for pair in $valued; do
        [[ $pair == "$word":* ]] && value=${pair#*:}
      done
    elif [[ -z $command ]]; then
      command=$word
      _blobsy_of "$command"
    else
      count=$((count + 1))
    fi
  done
  [[ $cur == = ]] && cur=
  if [[ -n $value ]]; then
    kind=$value
  elif [[ -z $dashes && $cur == -* ]]; then
    _blobsy_offer $flags
    return
  fi
  case $kind:$count in
  payloads:*)
    _blobsy_paths payloads "$dashes"
    [[ ${#COMPREPLY[@]} -gt 0 ]] || _blobsy_paths files "$dashes"
    ;;
  files:* | directories:*) _blobsy_paths "$kind" "$dashes" ;;
  refs:*) _blobsy_refs ;;
  backends:*) _blobsy_backends ;;
  urls:*)
    builtin compopt -o nospace 2>/dev/null
    _blobsy_known urls
    ;;
  settings:0) _blobsy_known verbs ;;
  settings:1) _blobsy_known settings ;;
  settings:*) ;;
  *:0) _blobsy_known "$kind" ;;
  esac
}

_blobsy() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  _blobsy_complete "${COMP_WORDS[@]:1:COMP_CWORD-1}"
}

# Git's own completion calls this for: git blobsy
_git_blobsy() {
  local first=$((${__git_cmd_idx:-1} + 1))
  _blobsy_complete "${words[@]:first:cword-first}"
}

if [[ $(type -t compopt) == builtin ]]; then
  complete -F _blobsy blobsy
else
  complete -o nospace -F _blobsy blobsy
fi
