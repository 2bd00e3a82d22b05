from rtfm_mmaction.cli.summarize import main

if __name__ == '__main__':
    main()
