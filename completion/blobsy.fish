# fish completion of blobsy; made by: blobsy completion fish
# No name of a file, a branch or a backend is ever evaluated.

# The words before the cursor that are neither flags nor their values; the command is the first.
function __blobsy_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l value
    set -l dashes
    for word in $words
        if set -q value[1]
            set -e value
            set -l value
        else if not set -q dashes[1]; and contains -- $word --
            set dashes 1
        else if not set -q dashes[1]; and string match -q -- '-*' $word
            contains -- $word @VALUED@; and set value 1
        else
            echo -- $word
        end
    end
end

# Do so many words stand before the cursor?
function __blobsy_at
    test (count (__blobsy_words)) = $argv[1]
end

# Is this the command; and, with a number, do so many words stand before the cursor?
function __blobsy_in
    set -l words (__blobsy_words)
    set -q words[1]; or return 1
    contains -- $argv[1] $words[1]; or return 1
    not set -q argv[2]; or test (count $words) = $argv[2]
end

# Payloads, whether they are here or not, or files; and directories. What looks like a flag gets ./
# before it, unless -- stood before.
function __blobsy_paths
    set -l typed (commandline -ct)
    set -l plain (string unescape -- "$typed")
    set -q plain[1]; or set plain "$typed"
    set -l found
    if contains -- $argv[1] payloads
        for ref in "$plain"*.bref
            set -a found (string replace -r '\.bref$' '' -- $ref)
        end
    end
    # Where no payload fits, any file.
    if test $argv[1] != directories; and not set -q found[1]
        for file in "$plain"*
            test -d $file; or set -a found $file
        end
    end
    for directory in "$plain"*/
        set -a found $directory
    end
    for name in $found
        if string match -q -- '-*' $name; and not contains -- -- (commandline -opc)
            set name ./$name
        end
        echo -- $name
    end
end

function __blobsy_refs
    git for-each-ref --format='%(refname:short)' refs/heads refs/tags refs/remotes 2>/dev/null
end

# Of .blobsyconfig, and of your own configuration; a name with anything special in it is left out.
function __blobsy_backends
    set -l top (git rev-parse --show-toplevel 2>/dev/null); or return
    begin
        git config --file "$top/.blobsyconfig" --name-only --get-regexp '^backend\..+\.' 2>/dev/null
        git config --name-only --get-regexp '^blobsy\.backend\..+\.' 2>/dev/null
    end | string replace -rf '^(?:blobsy\.)?backend\.([A-Za-z0-9_][A-Za-z0-9._-]*)\.[^.]*$' '$1' | sort -u
end

function __blobsy_commands
    string split ' ' -- '@COMMANDS@'
end

@LINES@
