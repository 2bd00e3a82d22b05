from rtfm_mmaction.workshop.cli.plain_text import main

if __name__ == '__main__':
    main()
